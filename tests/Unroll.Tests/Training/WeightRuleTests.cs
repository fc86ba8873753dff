using Unroll.Tests.Support;

namespace Unroll.Tests.Training;

/// <summary>Penalties and rules for weights: what one step of gradient descent makes of them.</summary>
public sealed class WeightRuleTests
{
    private static readonly Tensor X = Tensor.From(new float[,] { { 1, 2 }, { -1, 3 } });
    private static readonly Tensor Y = Tensor.From(new float[,] { { 0.5f }, { 1 } });

    private static Sequential Model(Dense dense)
    {
        Sequential model = [dense];
        model.Compile(new Sgd(0.1f), Loss.MeanSquaredError);
        model.Build([2]);
        Tensor.From(0.5f, -0.25f).Values.CopyTo(dense.Parameters[0].Value.Values);
        return model;
    }

    [Fact]
    public void A_penalty_is_part_of_loss_and_gradient()
    {
        var plain = Model(new Dense(1));
        var punished = Model(new Dense(1) { KernelRegularizer = new(L1: 0.25f, L2: 0.5f), BiasRegularizer = new(L2: 3) });
        var penalty = (0.25 * 0.75) + (0.5 * (0.25 + 0.0625));
        Assert.Equal(plain.Evaluate(X, Y)["loss"] + penalty, punished.Evaluate(X, Y)["loss"], 1e-6);
        var history = punished.Fit(X, Y);
        Assert.Equal(plain.Fit(X, Y)["loss"][0] + penalty, history["loss"][0], 1e-6);
        float[] free = plain.Parameters[0].Value.ToArray(), held = punished.Parameters[0].Value.ToArray();
        Assert.Equal(free[0] - (0.1f * (0.25f + (2 * 0.5f * 0.5f))), held[0], 1e-6);
        Assert.Equal(free[1] - (0.1f * (-0.25f + (2 * 0.5f * -0.25f))), held[1], 1e-6);
    }

    [Theory]
    [InlineData(ConstraintKind.MaxNorm)]
    [InlineData(ConstraintKind.UnitNorm)]
    [InlineData(ConstraintKind.NonNegative)]
    public void Rules_hold_after_every_step(ConstraintKind kind)
    {
        var x = new Tensor([32, 5, 3]);
        new Rng(1).FillUniform(x.Values, -1, 1);
        Sequential model = [new Bidirectional(new Gru(4) { RecurrentConstraint = new(kind, 0.5f) }), new Dense(2) { KernelConstraint = new(kind, 0.5f) }];
        model.Compile(new Adam(0.05f), Loss.MeanSquaredError);
        model.Fit(x, Tensor.Full([32, 2], 1), new() { Epochs = 3 });
        foreach (var parameter in model.Parameters.Where(parameter => parameter.Constraint is not null))
        {
            var columns = parameter.Value.Shape[^1];
            for (var column = 0; column < columns; column++)
            {
                var values = Enumerable.Range(0, parameter.Value.Shape[0]).Select(row => parameter.Value[row, column]).ToArray();
                var norm = Math.Sqrt(values.Sum(value => (double)value * value));
                if (kind == ConstraintKind.NonNegative) Assert.All(values, value => Assert.True(value >= 0));
                else if (kind == ConstraintKind.UnitNorm) Assert.Equal(1, norm, 1e-6);
                else Assert.InRange(norm, 0, 0.5 + 1e-6);
            }
        }

        Assert.Equal(3, model.Parameters.Count(parameter => parameter.Constraint is not null));
    }

    [Fact]
    public void They_are_kept_in_files()
    {
        using var folder = new TemporaryFolder();
        Sequential model = [new Lstm(2) { KernelRegularizer = new(L2: 0.5f), RecurrentConstraint = new(ConstraintKind.MaxNorm, 3) }];
        model.Build([4, 2]);
        model.Save(folder["model"]);
        var loaded = Unroll.Formats.ModelFile.Load(folder["model"]).Model.Parameters;
        Assert.Equal(new Regularizer(0, 0.5f), loaded[0].Regularizer);
        Assert.Equal(new Constraint(ConstraintKind.MaxNorm, 3), loaded[1].Constraint);
        Assert.Null(loaded[2].Regularizer);
    }
}
