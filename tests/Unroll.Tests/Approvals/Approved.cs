using Unroll.Tests.Support;

namespace Unroll.Tests.Approvals;

/// <summary>Texts that change only on purpose: each stands in a file that a person has seen.</summary>
internal static class Approved
{
    private const string Variable = "UNROLL_APPROVE";

    public static void Check(string name, string text)
    {
        var path = $"tests/Unroll.Tests/Approvals/{name}.txt";
        text = text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable(Variable) == "1") File.WriteAllText(Repository.At(path), text);
        var approved = File.Exists(Repository.At(path)) ? Repository.Read(path) : "";
        if (approved == text) return;
        var (before, now) = (approved.Split('\n'), text.Split('\n'));
        string[] changes = [.. before.Except(now).Select(line => $"- {line}"), .. now.Except(before).Select(line => $"+ {line}")];
        Assert.Fail(
            $"{path} does not hold what there is now:\n{string.Join('\n', changes.Take(40))}\n" +
            $"If the change is meant, run the tests with {Variable}=1, which rewrites the file, and commit it.");
    }
}
