namespace Unroll.Recipes;

/// <summary>What an editor says about the options of a recipe. The full words stand at the properties themselves.</summary>
internal static class RecipeWords
{
    private static readonly Dictionary<string, string> Words = new()
    {
        // Tasks.
        ["file"] = "The CSV file: beside the recipe, in the data folder, in the working folder, or one that Unroll brings.",
        ["target"] = "The column to forecast.",
        ["forecast.inputs"] = "The columns that the model sees; none: the target alone.",
        ["time"] = "The column with dates, for charts; null: row numbers.",
        ["quantity"] = "What the target is, with its unit, for charts; null: the column's name.",
        ["lookback"] = "Rows that the model sees, at least 1.",
        ["horizon"] = "How many rows ahead it forecasts, at least 1.",
        ["sequenceTargets"] = "Whether every step of the window has a target of its own (many to many).",
        ["test"] = "The rows held out at the end: a share below 1, or a number of rows.",
        ["transform"] = "What is done to the values before they are scaled.",
        ["scaling"] = "How columns are scaled, by what the training rows hold.",
        ["season"] = "Rows of a season, for the seasonal naive baseline; 0: none.",
        ["autoregressiveOrder"] = "Order of the autoregressive baseline; 0: none.",
        ["set"] = "The data set; so far imdb.",
        ["numWords"] = "How many ids there are: the most frequent words and the special ones, at least 4.",
        ["length"] = "Words that the model sees, at least 1.",
        ["padding"] = "Where short texts are filled up.",
        ["truncation"] = "Where long texts are cut.",

        // Layers.
        ["name"] = "The layer's name in summaries, files and errors. Default: its kind, numbered within the model.",
        ["trainable"] = "Whether training changes the layer's weights.",
        ["units"] = "Number of units, at least 1: the width of the output.",
        ["embedding.inputs"] = "How many ids there are, at least 1; the largest id is one less.",
        ["embedding.units"] = "Length of each vector, at least 1.",
        ["maskZero"] = "Whether id 0 is padding, which the layers behind pass over.",
        ["embeddingsInitializer"] = "Draws the vectors.",
        ["rate"] = "Share of the values that is dropped while training, in [0, 1).",
        ["activation"] = "Applied to the result; in a recurrent layer, to the candidate and an LSTM's output.",
        ["recurrentActivation"] = "Activation of the gates.",
        ["useBias"] = "Whether a bias is added.",
        ["kernelInitializer"] = "Draws the kernel.",
        ["recurrentInitializer"] = "Draws the recurrent kernel.",
        ["biasInitializer"] = "Draws the bias. Ignored without a bias.",
        ["returnSequences"] = "Whether the output holds every step; else the last one only.",
        ["returnState"] = "Whether the state after the last step is kept.",
        ["recomputeSteps"] = "Steps of a segment that is computed again on the way back, to save memory; 0: all steps are kept.",
        ["goBackwards"] = "Whether time runs from the last step to the first.",
        ["stateful"] = "Whether the next batch starts from the state that this one ended with.",
        ["initialState"] = "Where the first step starts from.",
        ["initialDeviation"] = "Standard deviation of a random initial state.",
        ["dropout"] = "Share of the inputs dropped while training, in [0, 1).",
        ["recurrentDropout"] = "Share of the hidden state dropped in the recurrent products while training, in [0, 1).",
        ["unitForgetBias"] = "Whether the forget gate's bias starts at one.",
        ["resetAfter"] = "Whether the reset gate acts after the recurrent product (as in Keras and cuDNN) or before it.",

        ["zoneout"] = "Share of the hidden state's units that keep their old value at a step, in [0, 1).",
        ["cellZoneout"] = "Share of the cell state's units that keep their old value at a step, in [0, 1).",
        ["weightDropout"] = "Share of the recurrent kernel's weights dropped while training, in [0, 1).",
        ["gateBiasInitializers"] = "Draws the bias of each gate, in the order of the gates; empty: all alike.",
        ["peepholes"] = "Whether the gates see the cell state.",
        ["peepholeInitializer"] = "Draws the peepholes.",
        ["coupledGates"] = "Whether the cell takes in as much as it forgets.",
        ["cellClip"] = "The largest magnitude of the cell state; 0: no limit.",
        ["gateClip"] = "The largest magnitude of what goes into the activations; 0: no limit.",
        ["candidateDropout"] = "Share of the candidate's units dropped while training, in [0, 1), anew for every step.",
        ["inner"] = "The layer within.",
        ["forwardLayer"] = "The recurrent layer that reads from the first step to the last.",
        ["backwardLayer"] = "The recurrent layer that reads from the last step to the first; null: one with the same options.",
        ["merge"] = "How the outputs of both directions become one.",
        ["count"] = "How often the vector is repeated, at least 1.",
        ["dilated.rate"] = "How many steps back the state is that a step starts from, at least 1.",
        ["masking.value"] = "The value that all features of a step of padding have.",

        // Training.
        ["optimizer"] = "What changes the weights.",
        ["loss"] = "What is made small.",
        ["metrics"] = "What else is told after each epoch.",
        ["epochs"] = "How often all samples are seen, at least 1.",
        ["batchSize"] = "Samples in one step, at least 1.",
        ["validationSplit"] = "Share of the training samples held out to validate with: the last ones.",
        ["shuffle"] = "Whether the samples come in a new order in each epoch.",
        ["earlyStopping"] = "When to end before the last epoch; null: never.",
        ["reduceOnPlateau"] = "When to lower the learning rate; null: never.",
        ["cosineTo"] = "The rate that the learning rate falls to along half a cosine over all epochs; null: it stays.",
        ["monitor"] = "The figure to watch, such as val_loss.",
        ["patience"] = "How many epochs without a better figure are borne.",
        ["minDelta"] = "By how much a figure must be better to count.",
        ["restoreBestWeights"] = "Whether the model goes back to its best epoch.",
        ["factor"] = "What the rate is multiplied by.",
        ["minLearningRate"] = "The rate does not fall below this.",

        // Optimizers, losses, metrics.
        ["learningRate"] = "Size of a step.",
        ["momentum"] = "How much of the previous step is kept.",
        ["nesterov"] = "Whether the gradient is taken ahead, where the momentum leads.",
        ["rho"] = "How much of the mean squared gradient is kept from step to step.",
        ["centered"] = "Whether the mean gradient is taken out of the mean square.",
        ["beta1"] = "How much of the mean gradient is kept from step to step.",
        ["beta2"] = "How much of the mean squared gradient is kept from step to step.",
        ["epsilon"] = "Keeps the division finite.",
        ["amsGrad"] = "Whether the largest mean square so far is used.",
        ["weightDecay"] = "By which share of the learning rate weights shrink in each step.",
        ["initialAccumulator"] = "What the sum of squared gradients starts from.",
        ["clipNorm"] = "The largest norm that the gradient of one weight keeps; null: no limit.",
        ["globalClipNorm"] = "The largest norm of all gradients together; null: no limit.",
        ["clipValue"] = "The largest magnitude of a single gradient value; null: no limit.",
        ["delta"] = "Where the square turns into a line.",
        ["k"] = "How many guesses count.",

        // Initializers.
        ["value"] = "The value.",
        ["limit"] = "The largest magnitude.",
        ["deviation"] = "Standard deviation.",
        ["scale"] = "The variance times the number of connections.",
        ["fan"] = "Which connections count.",
        ["isUniform"] = "Uniform draws; else normal ones, cut at two standard deviations.",
        ["gain"] = "Factor of the whole matrix.",
    };

    /// <summary>A sentence about an option, or null.</summary>
    /// <param name="kind">The kind that has the option, where the same name has several meanings.</param>
    /// <param name="option">The option's name.</param>
    public static string? Find(string kind, string option) => Words.GetValueOrDefault($"{kind}.{option}") ?? Words.GetValueOrDefault(option);
}
