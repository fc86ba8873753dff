using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Unroll;

/// <summary>Floats that never move and start on a cache line, so that no vector straddles two.</summary>
internal sealed class AlignedMemory
{
    /// <summary>Floats of a cache line, which is also the widest vector.</summary>
    public const int Line = 16;

    /// <summary>Makes room for some floats; not cleared.</summary>
    public AlignedMemory(int length)
    {
        Array = GC.AllocateUninitializedArray<float>(checked(length + Line), pinned: true);
        Length = length;
        if (IsSpoilt) Array.AsSpan().Fill(float.NaN);
        unsafe
        {
            var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(Array));
            Start = (int)((64 - (address % 64)) % 64 / sizeof(float));
        }
    }

    /// <summary>
    /// Whether new memory is filled with NaN, as what was there before may be: set by tests, so that whoever reads what was
    /// not written is found.
    /// </summary>
    public static bool IsSpoilt { get; set; }

    /// <summary>The array that they are part of.</summary>
    public float[] Array { get; }

    /// <summary>Where in it they start.</summary>
    public int Start { get; }

    /// <summary>Their number.</summary>
    public int Length { get; }

    /// <summary>The floats.</summary>
    public Span<float> Values => Array.AsSpan(Start, Length);
}
