namespace Unroll.Kernels;

/// <summary>The cells that have kernels of their own.</summary>
internal enum RecurrentCell
{
    SimpleRnn,
    Lstm,

    /// <summary>GRU, the reset gate after the recurrent product.</summary>
    Gru,

    /// <summary>GRU, the reset gate before the recurrent product.</summary>
    GruBefore,
}
