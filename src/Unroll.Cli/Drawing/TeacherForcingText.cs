namespace Unroll.Cli.Drawing;

/// <summary>The words of the lesson on teacher forcing, as HTML.</summary>
internal static class TeacherForcingText
{
    /// <summary>The task.</summary>
    public const string Task = """
        <p>A language model does one thing: it reads what stands there and says how probable each letter is to come next. The smallest
        case has four letters. After 국 comes 민, after 민 comes 대, after 대 comes 학, and then the word is over. A recurrent network reads a
        letter at each step, keeps a state, and says the next.</p>

        """;

    /// <summary>The two ways.</summary>
    public const string AfterSteps = """
        <p>To <em>write</em>, such a network is given the first letter alone. What it says is put in at the next step, and so on: it lives
        on its own output. In <em>training</em> there is a choice. Its own output could be fed to it there too, as in use. Or the true
        letter is put in at every step, whatever it said: the teacher corrects each letter before the next is asked for. That is
        <strong>teacher forcing</strong> (Williams and Zipser 1989), and it is how language models are trained.</p>

        """;

    /// <summary>Before the heat maps.</summary>
    public const string Learning = """
        <p>Two networks with the same first weights, one for each way. The pictures show how probable the right letter is at each of the
        four steps, from the first update of the weights to the last, always judged <em>in use</em>: the network gets 국 and then its own
        letters.</p>

        """;

    /// <summary>Behind the table of what is said.</summary>
    public const string AfterTable = """
        <p>In use a first wrong letter spoils what follows: the network goes on from a letter that should not be there. Early in training
        nearly all of them are wrong; the loss in use, the mean of −ln p of the right letters, may even fall faster without the teacher then,
        because that network practises just this. It is soon overtaken. The chart has all seeds.</p>

        """;

    /// <summary>Why.</summary>
    public const string Why = """
        <p>Without the teacher, the network is asked for 대 while it reads whatever it said instead of 민. That pair teaches something false,
        “after this wrong letter comes 대”, and as soon as the weights change, the wrong letters are others: what was learnt of them is
        lost again. The first letter must be right before the second can be learnt in earnest, and so on, one behind the other. With the teacher
        all steps are learnt at once, each from a question that stays the same.</p>
        <p>Four letters hide how much that matters. Here the network learns a longer text, the same letters in a disorder that it has
        to learn by heart.</p>

        """;

    /// <summary>Another reason.</summary>
    public const string AfterLosses = """
        <p>There is a second reason, for large networks. With the true letters as input no step has to wait for what the step before
        said, so that a whole text is one pass through the network, and what can be computed side by side is.</p>

        """;

    /// <summary>The price.</summary>
    public const string Price = """
        <p>The teacher also spoils its pupil. A network trained so has never read a mistake of its own. In use it makes one now and then, stands
        in a situation that training never showed it, and may go on worse from there. This is called <strong>exposure bias</strong> (Ranzato
        and others 2016). It can be measured: say the text, slip in one wrong letter, and count how many of the letters behind it are right, over
        all places and all wrong letters.</p>

        """;

    /// <summary>What is done about it.</summary>
    public const string AfterPrice = """
        <p>The network that had to live with its own mistakes while it learnt is the one that gets over them: it knows the text by its
        place more than by the last letter. But it took far longer, and on long texts it may never come so far. Between the two there are
        compromises: scheduled sampling (Bengio and others 2015) begins with the teacher and feeds the own letter more and more often;
        professor forcing (Lamb and others 2016) asks that the states look alike in both. Large models of language are trained with the teacher alone
        all the same: they read so much that few mistakes lead to where nothing was learnt.</p>

        """;

    /// <summary>Commands.</summary>
    public const string Yourself = """
        <p>The word is a recipe. These commands train it, let it go on from 국, and show its three best guesses after each letter:</p>
        <pre tabindex="0" aria-label="Commands">unroll train next-letter --out runs/next-letter
        unroll generate runs/next-letter 국 --temperature 0 --length 4
        unroll suggest runs/next-letter 국민대 --each</pre>
        <p>A text of your own takes a recipe with the task <code>languageModel</code> that names the file.</p>

        """;

    /// <summary>How it was measured.</summary>
    public const string Method = """
        <p>Letters go in as vectors with a single 1, the recurrent layer has 16 tanh units, a dense layer says the logits of the letters, and Adam changes the
        weights after each pass over the text: with learning rate 0.005 for the word and 0.01 for the longer texts, which are drawn once and
        end when they have been said right twenty times in a row, or after 400 updates. Where no teacher helps, the letters that
        go in are the most probable ones of the network as it is at that update; no gradient goes through that choice. A text counts as learnt from the
        update on after which every letter is said right.</p>

        """;

    /// <summary>The literature.</summary>
    public const string Sources = """
        <ul class="sources">
        <li>R. Williams, D. Zipser. <cite>A learning algorithm for continually running fully recurrent neural networks.</cite>
        Neural Computation 1(2), 1989.</li>
        <li>S. Bengio, O. Vinyals, N. Jaitly, N. Shazeer. <cite>Scheduled sampling for sequence prediction with recurrent neural
        networks.</cite> NIPS 2015.</li>
        <li>M. Ranzato, S. Chopra, M. Auli, W. Zaremba. <cite>Sequence level training with recurrent neural networks.</cite> ICLR 2016.</li>
        <li>A. Lamb, A. Goyal, Y. Zhang, S. Zhang, A. Courville, Y. Bengio. <cite>Professor forcing: a new algorithm for training recurrent
        networks.</cite> NIPS 2016.</li>
        </ul>

        """;
}
