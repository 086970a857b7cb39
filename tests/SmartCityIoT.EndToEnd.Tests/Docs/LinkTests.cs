using System.Text.RegularExpressions;

namespace SmartCityIoT.EndToEnd.Tests.Docs;

/// <summary>No page points at what is not there.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void Every_link_inside_the_repository_leads_somewhere()
    {
        var problems = new List<string>();
        var links = 0;
        foreach (var page in DocPage.All())
        {
            foreach (Match link in Link().Matches(page.Text))
            {
                links++;
                var (path, anchor) = (link.Groups["path"].Value, link.Groups["anchor"].Value);
                var target = path.Length == 0 ? page.Path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page.Path)!, path));
                if (!File.Exists(target) && !Directory.Exists(target)) problems.Add($"{page.Name}: {path} is not there");
                else if (anchor.Length > 0 && !Headings(target).Contains(anchor)) problems.Add($"{page.Name}: {path} has no heading for {anchor}");
            }
        }

        Assert.True(links > 20, $"only {links} links were found");
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    /// <summary>Anchors of a page's headings, as GitHub makes them.</summary>
    private static HashSet<string> Headings(string page) =>
        [.. Heading().Matches(File.ReadAllText(page)).Select(heading => "#" + NotInAnchor().Replace(heading.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"\]\((?!https?:)(?<path>[^)#\s]*)(?<anchor>#[^)\s]+)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
