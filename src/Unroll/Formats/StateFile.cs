namespace Unroll.Formats;

/// <summary>The state of a model in a safetensors file, so that a live sequence goes on after a restart.</summary>
public static class StateFile
{
    private const string Key = "unroll.state";

    /// <summary>Writes a state; the file is complete or not there at all.</summary>
    /// <param name="state">The state.</param>
    /// <param name="path">The file.</param>
    public static void Save(ModelState state, string path)
    {
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (layer, parts) in state.Parts)
        {
            for (var part = 0; part < parts.Count; part++) tensors[$"{layer}/{part}"] = parts[part];
        }

        SafeTensors.Write(path, tensors, new Dictionary<string, string> { [Key] = "1" });
    }

    /// <summary>Reads a state.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <exception cref="ModelFileException">The file is missing, cut short, changed, or holds no state.</exception>
    public static ModelState Load(string path)
    {
        var (tensors, texts) = SafeTensors.Read(path);
        if (!texts.ContainsKey(Key))
            throw new ModelFileException(path, "it holds tensors, but no state of a model. Give a file that StateFile.Save wrote.");
        var state = new ModelState();
        foreach (var layer in tensors.GroupBy(pair => pair.Key[..pair.Key.LastIndexOf('/')]))
            state.Give(layer.Key, [.. layer.OrderBy(pair => int.Parse(pair.Key[(layer.Key.Length + 1)..])).Select(pair => pair.Value)]);
        return state;
    }
}
