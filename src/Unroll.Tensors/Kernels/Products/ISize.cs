namespace Unroll.Kernels;

/// <summary>A small number known at compile time: a <see cref="Tile"/> of another size is another type argument.</summary>
internal interface ISize
{
    static abstract int Value { get; }
}

internal readonly struct Size1 : ISize
{
    public static int Value => 1;
}

/// <summary>The length of a vector.</summary>
internal readonly struct SizeOf<V> : ISize
    where V : struct, ILanes<V>
{
    public static int Value => V.Count;
}

internal readonly struct Size16 : ISize
{
    public static int Value => 16;
}

internal readonly struct Size2 : ISize
{
    public static int Value => 2;
}

internal readonly struct Size3 : ISize
{
    public static int Value => 3;
}

internal readonly struct Size4 : ISize
{
    public static int Value => 4;
}

internal readonly struct Size5 : ISize
{
    public static int Value => 5;
}

internal readonly struct Size6 : ISize
{
    public static int Value => 6;
}
