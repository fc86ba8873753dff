namespace Unroll.Cli.Drawing;

/// <summary>The words of the lesson, as HTML.</summary>
internal static class LessonText
{
    /// <summary>Chain rule, singular values, bounds of slopes.</summary>
    public const string Product = """
        <p>A simple recurrent network makes its state of the input and of the state before:</p>
        <blockquote><var>h</var><sub>t</sub> = φ(<var>a</var><sub>t</sub>), &#160;
        <var>a</var><sub>t</sub> = <var>W x</var><sub>t</sub> + <var>U h</var><sub>t−1</sub> + <var>b</var></blockquote>
        <p>To learn that something at step t mattered for the end, the gradient must come back from step T to step t. The chain rule
        takes it through every step between:</p>
        <blockquote>∂<var>h</var><sub>T</sub>/∂<var>h</var><sub>t</sub> =
        <var>J</var><sub>T</sub> <var>J</var><sub>T−1</sub> … <var>J</var><sub>t+1</sub>, &#160;
        <var>J</var><sub>k</sub> = diag(φ'(<var>a</var><sub>k</sub>)) <var>U</var></blockquote>
        <p>One matrix for each step. How much a matrix can stretch a vector is its largest singular value, s. A slope of φ can only
        shrink further: <strong>tanh' ≤ 1</strong>, reached at 0 alone, and <strong>σ' ≤ 1/4</strong>. So a step stretches by at most
        s · max φ', and n steps by at most</p>
        <blockquote>|∂<var>h</var><sub>T</sub>/∂<var>h</var><sub>T−n</sub>| ≤ (<var>s</var> · max φ')<sup>n</sup></blockquote>
        <p>A power. Below 1 it goes to zero exponentially: with tanh the gradient <em>must</em> vanish where s &lt; 1, with the logistic
        function where s &lt; 4. Above 1 it <em>may</em> explode, but need not: the bound is what could happen at worst. Hochreiter
        found this in 1991; Bengio, Simard and Frasconi (1994) showed that it is the price of holding information safely; Pascanu, Mikolov
        and Bengio (2013) gave the conditions as they stand here.</p>

        """;

    /// <summary>Before the scalar case.</summary>
    public const string OneUnit = """
        <p>The whole matter fits into one unit without input, h' = φ(w h). Its gradient over n steps is w<sup>n</sup> times n slopes. With w
        below 1 there is nothing to hope for. With w = 1 the bound is 1, but each slope of tanh is a little less than 1, except at
        h = 0.</p>

        """;

    /// <summary>What the scalar case shows.</summary>
    public const string AfterOneUnit = """
        <p>Look at w = 2. The bound says 2⁵⁰; the product is tiny all the same. The unit runs into saturation, to h = 0.957, where tanh' is
        0.083 and w tanh' only 0.17. That is no accident. A state that holds firmly, so that small disturbances die out, is one
        where |w&#160;φ'|&#160;&lt;&#160;1; and then the gradient dies out too, because it <em>is</em> the effect of a small disturbance. For a
        logistic unit w must pass 4 before the bound lets anything through at all.</p>

        """;

    /// <summary>Before the networks.</summary>
    public const string Network = """
        <p>Now 32 units that read noise. U is a random orthogonal matrix, whose singular values are all 1, times a number: that number
        is s. Nothing else differs between the curves.</p>

        """;

    /// <summary>What the networks show.</summary>
    public const string AfterNetwork = """
        <p>A straight line on this scale is exponential: the same factor again and again. Times 0.8 the gradient vanishes at least as fast as
        0.8ⁿ. Times 1 the bound stands still, and tanh' alone makes it sink. Times 1.5 the states are driven further up the
        curve of tanh, and its slopes take back most of what the weights gain. Times 3 the weights win: the gradient <strong>explodes</strong>,
        though far more slowly than 3ⁿ. The network has become chaotic: two states that differ by a hair soon have nothing in common. A
        gradient that is large in this way is no better than one that is small. It says what the state depends on, and that is
        everything.</p>
        <p>Between the two there is no setting that keeps the factor at 1 for all states and inputs, and training moves U.</p>

        """;

    /// <summary>The additive path.</summary>
    public const string Gates = """
        <p>Hochreiter and Schmidhuber (1997) put a cell beside the hidden state whose old value is not sent through a matrix and a
        squashing function, but kept and added to; with the gate that Gers, Schmidhuber and Cummins (2000) gave it:</p>
        <blockquote><var>c'</var> = <var>f</var> ∘ <var>c</var> + <var>i</var> ∘ <var>g</var>, &#160;
        <var>h'</var> = <var>o</var> ∘ tanh(<var>c'</var>)</blockquote>
        <p>The direct way back through the cell is then a product of forget gates, unit by unit: <var>f</var><sub>T</sub> ∘ … ∘
        <var>f</var><sub>t+1</sub>. No U in it, and no slope. (There are other ways too, through h and the gates; they behave like
        those of a simple network, and add to the direct one.) The gates come from a logistic function, so f lies between 0 and 1, and the product cannot
        explode. Whether it vanishes is for f to say, and at the start f = σ(bias), more or less.</p>

        """;

    /// <summary>What the LSTMs show.</summary>
    public const string AfterLstm = """
        <p>It is not the name LSTM that carries a gradient. With a forget bias of 0 every gate stands at 1/2, and the gradient vanishes
        faster than in the simple network. A bias of 1, the usual start (Jozefowicz, Zaremba and Sutskever 2015), means f = 0.73: good for
        a dozen steps or two, until training has moved it. At 3 the gate stands at 0.95, at 6 at 0.998, and hundreds of steps are bridged. The LSTM of
        1997 had no forget gate at all, f = 1: its authors called the cell the constant error carousel. But a cell that forgets nothing
        fills up.</p>
        <p>The power of f is the direct way alone, before the output gate, at about 1/2, lets it out. The ways around the cell, through h
        and the gates, add to it: the smaller f, the further the measured norm lies above its power. Where a curve rises above 1 at larger
        lags, it can only be those ways, which explode as in any network: gates do not forbid it.</p>
        <p>What gates give is a <em>choice</em>. In a simple network, keeping a state and passing its gradient on pull against each other;
        here f near 1 does both, and training can learn to close and open it for the units, and at the steps, that need it.</p>

        """;

    /// <summary>What the GRUs show.</summary>
    public const string AfterGru = """
        <p>A GRU has the same additive path in its one state, h' = z ∘ h + (1 − z) ∘ n: where z is near 1, what was there is kept, and so is
        its gradient.</p>

        """;

    /// <summary>Clipping.</summary>
    public const string Clipping = """
        <p>Clipping by norm multiplies the whole gradient by one number, wherever it is longer than a limit. Its direction stays, its
        length does not, so a step of training can no longer throw the weights far away. That is a good remedy against <strong>explosion</strong>,
        which comes in rare, steep places (Pascanu, Mikolov and Bengio 2013).</p>
        <p>Against <strong>vanishing</strong> it does nothing. The gradient of a weight is a sum over all lags; where those of far steps are
        10⁻²⁰ of those of near ones, no common factor brings them back. Nor does a higher learning rate. What helps is a path
        whose factor is near 1: gates with the right bias, connections that skip steps, orthogonal weights, attention, which reaches every
        step at once.</p>

        """;

    /// <summary>How it was measured.</summary>
    public const string Method = """
        <p>The norm at a lag is the Frobenius norm of the Jacobian over √units, the mean over 8 sequences; for the identity it is 1. For
        every unit a unit vector was taken back through the network, one step at a time, and brought back to size 1 after each, with the
        size kept apart. So curves may go as far down or up as they like. Training itself counts a gradient below 10⁻³⁰ as
        zero, the grey line where a chart reaches it. The same for a model of your own: <code>unroll gradients MODEL</code>.</p>

        """;

    /// <summary>The literature.</summary>
    public const string Sources = """
        <ul class="sources">
        <li>S. Hochreiter. <cite>Untersuchungen zu dynamischen neuronalen Netzen.</cite> Diploma thesis, Technische Universität München, 1991.</li>
        <li>Y. Bengio, P. Simard, P. Frasconi. <cite>Learning long-term dependencies with gradient descent is difficult.</cite>
        IEEE Transactions on Neural Networks 5(2), 1994.</li>
        <li>S. Hochreiter, J. Schmidhuber. <cite>Long short-term memory.</cite> Neural Computation 9(8), 1997.</li>
        <li>F. Gers, J. Schmidhuber, F. Cummins. <cite>Learning to forget: continual prediction with LSTM.</cite> Neural Computation 12(10), 2000.</li>
        <li>R. Pascanu, T. Mikolov, Y. Bengio. <cite>On the difficulty of training recurrent neural networks.</cite> ICML 2013.</li>
        <li>R. Jozefowicz, W. Zaremba, I. Sutskever. <cite>An empirical exploration of recurrent network architectures.</cite> ICML 2015.</li>
        </ul>

        """;
}
