using Unroll.Benchmarks;

try
{
    return args switch
    {
        ["rnn", .. var options] => RnnBenchmark.Run(options),
        ["peers", .. var options] => PeersBenchmark.Run(options),
        ["imdb", .. var options] => ImdbEpoch.Run(options),
        ["ptb", .. var options] => LanguageModel.Ptb.Run(options),
        ["char", .. var options] => LanguageModel.Char.Run(options),
        ["forecast", .. var options] => ForecastBenchmark.Run(options),
        ["text", .. var options] => TextBenchmark.Run(options),
        ["variants", .. var options] => VariantsBenchmark.Run(options),
        ["growth", .. var options] => Growth.Run(options),
        ["translation", .. var options] => TranslationBenchmark.Run(options),
        ["word2vec", .. var options] => Word2VecBenchmark.Run(options),
        _ => Usage("Name a command."),
    };
}
catch (Exception fault) when (fault is ArgumentException or FormatException)
{
    return Usage(fault.Message);
}

static int Usage(string fault)
{
    Console.Error.WriteLine($"""
        {fault}
        usage: dotnet run -c Release --project benchmarks/Unroll.Benchmarks -- COMMAND

          rnn [SHAPES] [CELLS] [THREADS] [--seconds S] [--json FILE]
                          the recurrent layers alone, forward passes and training steps, beside the processor's peak
          peers [SHAPES] [CELLS] [THREADS] [--seconds S] [--rounds R] [--build DIR] [--json FILE]
                          the same beside oneDNN, ONNX Runtime and PyTorch, turn by turn; benchmarks/peers/README.md
                          says how to set them up in DIR (default: peers in the folder for temporary files)
          imdb [--peer] [--rounds R]
                          seconds an epoch of the imdb-lstm32 and imdb-lstm1 models; with --peer PyTorch beside it
          ptb [--peer] [--rounds R]
                          words a second in the training of a language model: 2 LSTMs of 650 units, 10,000 words
          char [--peer] [--rounds R]
                          characters a second in the training of a model of characters: an LSTM of 512 units
          forecast [MODELS] [--peer] [--rounds R]
                          windows a second in the training of forecasters: gru-168-24, lstm-24-1, gru-seq2seq-168-24;
                          from series to changed weights, with windows cut, clipping and Adam
          text [MODELS] [THREADS] [--strokes N] [--tokens N]
                          milliseconds from a keystroke to its suggestions, and tokens a second that are written: char-256 (two
                          LSTMs of 256 units), char-512 (one of 512), word-200 (two of 200, 10,000 words)
          translation [MODELS] [THREADS] [--peer] [--rounds R]
                          tokens a second in the training of the multi30k-de-en model, and sentences a second that it
                          translates: training, one-beam, five-beams
          variants [SHAPES] [THREADS] [--seconds S] [--rounds R]
                          what masks, dropout, zoneout, peepholes … and layers of other kinds cost beside the plain layer
          growth [CELLS] [THREADS] [--seconds S] [--svg FILE]
                          how the time of a training step grows with steps, units and batch (default: lstm)
          word2vec [--peer] [--rounds R]
                          words a second in the training of word vectors, beside what multiply-adds and memory allow; with
                          --peer gensim beside it

        SHAPES, CELLS and THREADS are lists by commas, or all: S1,S3 lstm,gru 1,2. Cells: lstm, gru (reset after the
        product), gru-before, rnn. S is the budget of a measurement in seconds. FILE of --json gets a line a measurement.
        """);
    return 2;
}
