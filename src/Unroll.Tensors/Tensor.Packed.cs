using Unroll.Kernels;

namespace Unroll;

/// <content>
/// A matrix in the form that products read, kept from one call to the next: for models that take a step at a time, where packing
/// it would cost more than the product. It is made anew when the values may have changed since.
/// </content>
public sealed partial class Tensor
{
    /// <summary>Rows of a first factor up to which the copy is worth its memory: with more, packing is a small part of the product.</summary>
    private const int FewRows = 512;

    private PackedCopy? packed;
    private PackedCopy? packedTurned;

    /// <summary>Whether a product of so many rows with this matrix reads a kept copy: not of a matrix that lives for one step only.</summary>
    internal bool KeepsPacked(int rows) => rows <= FewRows && !IsTemporary;

    /// <summary>This matrix, or its transpose, as a second factor.</summary>
    /// <param name="turned">Whether rows and columns change places.</param>
    internal PackedMatrix Packed(bool turned)
    {
        var view = new MatrixView(Data, Shape[0], Shape[1]);
        ref var copy = ref turned ? ref packedTurned : ref packed;
        if (copy is null) Interlocked.CompareExchange(ref copy, new PackedCopy(), null);
        return copy.Of(turned ? view.Transposed : view, Version);
    }

    private sealed class PackedCopy
    {
        private readonly Lock gate = new();
        private AlignedMemory? memory;
        private (int Version, int Width) stamp;

        public PackedMatrix Of(MatrixView matrix, int version)
        {
            var columns = PanelColumns.Plain(matrix.Columns);
            var length = PackedMatrix.Length(matrix.Rows, columns);
            lock (gate)
            {
                if (memory is null || memory.Length < length) (memory, stamp) = (new AlignedMemory(length), default);
                if (stamp == (version, Simd.Width)) return new PackedMatrix(memory.Values, matrix.Rows, columns);
                var packed = PackedMatrix.Pack(matrix, memory.Values);
                stamp = (version, Simd.Width);
                return packed;
            }
        }
    }
}
