using System.Runtime.CompilerServices;

namespace Unroll.Tests.Support;

/// <summary>All tests run in memory that was full of NaN before it was written.</summary>
internal static class SpoiltMemory
{
    [ModuleInitializer]
    internal static void Spoil() => AlignedMemory.IsSpoilt = true;
}
