using Unroll.Cli.Commands;

return await CommandLine.RunAsync(args);
