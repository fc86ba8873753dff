namespace Unroll.Benchmarks;

/// <summary>A kind of recurrent layer, under the name that all benchmarks give it.</summary>
/// <param name="Name">lstm, gru (reset after the product), gru-before or rnn.</param>
/// <param name="Gates">How many times the units stand side by side in a kernel.</param>
/// <param name="Work">What there is to time, for a shape.</param>
internal sealed record RnnCell(string Name, int Gates, Func<RnnShape, RnnWork> Work)
{
    public static RnnCell Lstm { get; } = new("lstm", 4, shape =>
        new RnnWork<LstmState>(new Lstm(shape.Units) { ReturnSequences = true }, shape, states => new(states[0], states[1])));

    public static RnnCell Gru { get; } = new("gru", 3, shape =>
        new RnnWork<HiddenState>(new Gru(shape.Units) { ReturnSequences = true }, shape, states => new(states[0])));

    /// <summary>The reset gate before the recurrent product: what oneDNN calls gru; PyTorch has no such layer.</summary>
    public static RnnCell GruBefore { get; } = new("gru-before", 3, shape => new RnnWork<HiddenState>(
        new Gru(shape.Units) { ReturnSequences = true, ResetAfter = false }, shape, states => new(states[0])));

    public static RnnCell Simple { get; } = new("rnn", 1, shape =>
        new RnnWork<HiddenState>(new SimpleRnn(shape.Units) { ReturnSequences = true }, shape, states => new(states[0])));

    public static IReadOnlyList<RnnCell> All { get; } = [Lstm, Gru, GruBefore, Simple];

    /// <summary>
    /// Multiplications and additions of the products, in 10^9. A training step has three times those of the forward
    /// pass: the gradients of inputs and states are as many as it has, those of the kernels too.
    /// </summary>
    public double GigaOperations(RnnShape shape, RnnTask task) =>
        2e-9 * shape.Batch * shape.Time * Gates * shape.Units * (shape.Inputs + shape.Units) * (task == RnnTask.Training ? 3 : 1);
}
