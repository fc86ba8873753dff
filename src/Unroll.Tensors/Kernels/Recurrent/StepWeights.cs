namespace Unroll.Kernels;

/// <summary>A cell's weights as the forward steps read them.</summary>
internal readonly ref struct StepWeights
{
    /// <summary>
    /// What multiplies h, [units] rows; of LSTM and simple RNN [inputs + units] rows: the kernel, then the recurrent kernel.
    /// </summary>
    public PackedMatrix Gates { get; init; }

    /// <summary>GRU: what multiplies x, [inputs] rows.</summary>
    public PackedMatrix Input { get; init; }

    /// <summary>GRU with reset before: what multiplies r h, [units] rows.</summary>
    public PackedMatrix Candidate { get; init; }

    /// <summary>LSTM with projection: from its output to the hidden state, [cell units] rows.</summary>
    public PackedMatrix Projection { get; init; }

    /// <summary>Panels of one row.</summary>
    public Place Bias { get; init; }

    /// <summary>Number of weights.</summary>
    public long Count { get; init; }
}

/// <summary>A cell's weights as the backward steps read them: transposed.</summary>
internal readonly ref struct TurnedWeights
{
    /// <summary>From the gates that h made to h: [padded gates, units].</summary>
    public PackedMatrix Recurrent { get; init; }

    /// <summary>GRU with reset before: from the candidate to r h, [padded units, units].</summary>
    public PackedMatrix Candidate { get; init; }

    /// <summary>LSTM with projection: from the hidden state to the output, [padded units, cell units].</summary>
    public PackedMatrix Projection { get; init; }

    /// <summary>From the gates to x: [padded gates, inputs].</summary>
    public PackedMatrix Kernel { get; init; }

    /// <summary>Number of weights.</summary>
    public long Count { get; init; }
}
