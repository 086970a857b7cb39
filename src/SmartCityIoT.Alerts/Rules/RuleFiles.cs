namespace SmartCityIoT.Alerts.Rules;

/// <summary>Finds the rule files of a folder of sector packs.</summary>
public static class RuleFiles
{
    private const string FileName = "rules.json";

    /// <summary>Reads <c>*/rules.json</c> in the order of the folders' names; a sector without the file has no rules.</summary>
    /// <param name="directory">Relative paths start at the program's own folder.</param>
    /// <exception cref="RuleFileException">The folder or a file cannot be read or used, in one line.</exception>
    public static IReadOnlyList<RuleFile> Read(string directory)
    {
        var root = Path.GetFullPath(directory, AppContext.BaseDirectory);
        try
        {
            return
            [
                .. Directory.GetDirectories(root).Order(StringComparer.Ordinal)
                    .Select(folder => Path.Combine(folder, FileName))
                    .Where(File.Exists)
                    .Select(file => RuleReader.Parse(Path.GetRelativePath(root, file), File.ReadAllBytes(file))),
            ];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new RuleFileException($"{AlertOptions.Section}:{nameof(AlertOptions.RulesDirectory)}: {problem.Message.ReplaceLineEndings(" ")}", problem);
        }
    }
}
