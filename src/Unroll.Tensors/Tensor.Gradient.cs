namespace Unroll;

/// <content>
/// Gradients that cost less: of tables of which a step reads few rows (whole tensors, with a note of where they are not
/// zero), and those that an operation hands over ready.
/// </content>
public sealed partial class Tensor
{
    private RowSet? rowSet;

    /// <summary>The rows outside of which the gradient's memory is zero; null where no one keeps track of it.</summary>
    /// <remarks>An operation that writes to the whole gradient ends the note, and so does giving out <see cref="Gradient"/>.</remarks>
    internal RowSet? GradientRows { get; private set; }

    /// <summary>The gradient's values, to be read while there is one.</summary>
    internal Span<float> GradientValues => gradient!.Values;

    /// <summary>The gradient to add to, row by row: zeros where no other operation wrote to it in this step.</summary>
    /// <param name="rows">To be given every row that is added to; null where it is not asked for.</param>
    internal Span<float> GradientRowsToAdd(out RowSet? rows)
    {
        if (IsTemporary || (HasGradient && GradientRows is null))
        {
            rows = null;
            return GradientToAdd();
        }

        if (!HasGradient)
        {
            ClearGradientMemory();
            (GradientRows, HasGradient) = (rowSet, true);
        }

        rows = GradientRows;
        return GradientValues;
    }

    /// <summary>Takes a tensor of this step for the gradient, if there is none yet and the step owns this tensor, too.</summary>
    internal bool TakeGradient(Tensor ready)
    {
        if (HasGradient || !IsTemporary) return false;
        (gradient, HasGradient) = (ready, true);
        return true;
    }

    private void ClearGradientMemory()
    {
        rowSet ??= new RowSet(Shape[0]);
        if (gradient is null)
        {
            gradient = new Tensor(Shape);
        }
        else if (GradientRows is null)
        {
            GradientValues.Clear();
        }
        else
        {
            var width = Length / Shape[0];
            foreach (var row in rowSet.Rows) GradientValues.Slice(row * width, width).Clear();
        }

        rowSet.Clear();
    }
}
