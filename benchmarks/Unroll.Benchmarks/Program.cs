using Unroll.Benchmarks;

return args switch
{
    ["imdb", .. var options] => ImdbEpoch.Run(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: dotnet run -c Release --project benchmarks/Unroll.Benchmarks -- COMMAND

          imdb [--peer]   seconds an epoch of the imdb-lstm32 and imdb-lstm1 models; with --peer PyTorch beside it,
                          turn by turn (needs Debian's python3-torch and libopenblas0-openmp)
        """);
    return 2;
}
