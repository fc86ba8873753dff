using System.Numerics.Tensors;
using Unroll.Kernels;

namespace Unroll;

/// <summary>The numbers that an optimizer keeps for one weight.</summary>
internal sealed class OptimizerMemory
{
    private readonly int rows;
    private int[]? seen; // for each row of a table the step up to which its slots are right
    private bool isBehind; // else all are

    public OptimizerMemory(Shape shape, int slots, float initial)
    {
        rows = shape.Rank == 0 ? 1 : shape[0];
        Slots = new Tensor[slots];
        for (var i = 0; i < slots; i++) Slots[i] = Tensor.Full(shape, initial);
    }

    public Tensor[] Slots { get; }

    /// <summary>How often the weight was updated.</summary>
    public int Steps { get; private set; }

    /// <summary>Starts a step: adds the slots to an update, and for one of some rows what is known of their age.</summary>
    public void AddTo(ref UpdateArrays arrays, float idleFactor)
    {
        if (arrays.Width == 0)
        {
            CatchUp(idleFactor);
        }
        else if (!isBehind)
        {
            seen ??= new int[rows];
            Array.Fill(seen, Steps);
            isBehind = true;
        }

        Steps++;
        arrays.First = Slot(0);
        arrays.Second = Slot(1);
        arrays.Third = Slot(2);
        arrays.Seen = seen;
        arrays.Step = Steps;
        arrays.IdleFactor = idleFactor;
    }

    /// <summary>Does to all slots what the steps did that passed them over.</summary>
    public void CatchUp(float idleFactor)
    {
        if (!isBehind) return;
        isBehind = false;
        var most = new UpdateArrays { IdleFactor = idleFactor }.MostIdleSteps;
        foreach (var slot in Slots)
        {
            var width = slot.Length / rows;
            for (var row = 0; row < rows; row++)
            {
                var values = slot.Values.Slice(row * width, width);
                for (var idle = Math.Min(Steps - seen![row], most); idle > 0; idle--) TensorPrimitives.Multiply(values, idleFactor, values);
            }
        }
    }

    private Span<float> Slot(int index) => index < Slots.Length ? Slots[index].Values : default;
}
