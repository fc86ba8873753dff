using Unroll.Tests.Support;

namespace Unroll.Tests.Tensors;

/// <summary>The memory of a step: used again, nested, and never held by two steps at once.</summary>
public sealed class WorkspaceTests
{
    [Fact]
    public void Memory_is_flat_from_the_second_step_on()
    {
        var workspace = new Workspace();
        var x = Tensor.Full([300, 300], 1);
        long grown = 0;
        var allocated = Allocation.Least(10, step =>
        {
            using (workspace.Enter())
            {
                for (var i = 0; i < 5; i++) _ = (x + x) * x;
            }

            if (step == 1) grown = workspace.Bytes;
            if (step > 1 && workspace.Bytes != grown) Assert.Fail($"{workspace.Bytes} bytes after {grown}");
        });
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void A_step_takes_the_memory_of_the_last_one()
    {
        var workspace = new Workspace();
        Tensor first, second;
        using (workspace.Enter()) first = Tensor.From(1, 2, 3) + 1;
        Assert.Equal([2, 3, 4], first.ToArray()); // readable until the next step
        var kept = first.Clone();
        using (workspace.Enter()) second = Tensor.From(7, 8, 9) + 1;
        Assert.Equal([8, 9, 10], second.ToArray());
        Assert.Same(first, second);
        Assert.Equal([2, 3, 4], kept.ToArray());
    }

    [Fact]
    public void Scopes_nest()
    {
        Workspace outer = new(), inner = new();
        Assert.Null(Workspace.Current);
        using (outer.Enter())
        {
            using (inner.Enter()) Assert.Same(inner, Workspace.Current);
            Assert.Same(outer, Workspace.Current);
        }

        Assert.Null(Workspace.Current);
    }

    [Fact]
    public void Entering_twice_is_refused_also_through_another()
    {
        const string Message = "This workspace is already entered: a step cannot hold another one.";
        Workspace outer = new(), inner = new();
        using (outer.Enter())
        {
            Assert.Equal(Message, Assert.Throws<InvalidOperationException>(() => { outer.Enter(); }).Message);
            using (inner.Enter()) Assert.Equal(Message, Assert.Throws<InvalidOperationException>(() => { outer.Enter(); }).Message);
        }

        using (outer.Enter()) Assert.Same(outer, Workspace.Current);
    }

    /// <summary>A layer that asks the same model, or another, for a prediction must not lose its own memory.</summary>
    [Fact]
    public void A_prediction_within_a_prediction_has_its_own_memory()
    {
        Sequential inner = [new Dense(4)];
        Sequential outer = [new Asking(inner), new Asking(inner)];
        var x = Tensor.Full([5, 4], 0.5f);
        outer.Build([4]);
        var expected = inner.Predict(inner.Predict(x).Clone());
        Assert.Equal(expected.ToArray(), outer.Predict(x).ToArray());
    }

    private sealed class Asking(Model model) : Layer
    {
        protected override Shape OnBuild(Shape sample, Rng random) => sample;

        protected override MaskedTensor Forward(MaskedTensor input, Pass pass)
        {
            using var step = new Workspace().Enter();
            var before = input.Values.ToArray();
            var answer = model.Predict(input.Values);
            Assert.Equal(before, input.Values.ToArray());
            return answer;
        }
    }
}
