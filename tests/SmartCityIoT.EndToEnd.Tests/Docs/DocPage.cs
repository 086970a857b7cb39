using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Docs;

/// <summary>A page of the documentation.</summary>
/// <param name="Name">Path inside the repository.</param>
internal sealed record DocPage(string Name, string Text)
{
    public string Path => System.IO.Path.Combine(ServerProgram.Repository, Name);

    public static DocPage Named(string name) => new(name, File.ReadAllText(System.IO.Path.Combine(ServerProgram.Repository, name)));

    /// <summary>Every page that tells people what to type.</summary>
    public static IReadOnlyList<DocPage> All()
    {
        var docs = Directory.GetFiles(System.IO.Path.Combine(ServerProgram.Repository, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetRelativePath(ServerProgram.Repository, file));
        return [.. docs.Concat(["README.md", "benchmarks/README.md", "deploy/README.md"]).Order(StringComparer.Ordinal).Select(Named)];
    }

    /// <summary>The lines of each fence, with the language after its backticks.</summary>
    public IEnumerable<(string Language, IReadOnlyList<string> Lines)> Fences()
    {
        string? language = null;
        var lines = new List<string>();
        foreach (var line in Text.Split('\n'))
        {
            if (!line.StartsWith("```", StringComparison.Ordinal))
            {
                lines.Add(line);
                continue;
            }

            if (language is not null) yield return (language, [.. lines]);
            language = language is null ? line[3..].Trim() : null;
            lines.Clear();
        }
    }

    /// <summary>What a person would type: the lines of all <c>sh</c> fences, continued lines joined, comments left out.</summary>
    public IReadOnlyList<string> Commands()
    {
        var commands = new List<string>();
        foreach (var (_, lines) in Fences().Where(fence => fence.Language == "sh"))
        {
            var open = "";
            foreach (var line in lines.Select(WithoutComment))
            {
                open += line;
                if (open.EndsWith('\\'))
                {
                    open = open[..^1];
                    continue;
                }

                if (open.Trim().Length > 0) commands.Add(open.Trim());
                open = "";
            }
        }

        return commands;
    }

    private static string WithoutComment(string line)
    {
        if (line.TrimStart().StartsWith('#')) return "";
        var comment = line.IndexOf("  # ", StringComparison.Ordinal);
        return comment < 0 ? line.TrimEnd() : line[..comment].TrimEnd();
    }
}
