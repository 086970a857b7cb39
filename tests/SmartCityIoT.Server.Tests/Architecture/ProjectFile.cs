using System.Xml.Linq;

namespace SmartCityIoT.Server.Tests.Architecture;

/// <summary>What a project file says of a project's dependencies.</summary>
internal sealed record ProjectFile(string Path, string Name, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages, IReadOnlyList<string> Frameworks)
{
    private static readonly string[] Skipped = ["bin", "obj", "node_modules", "wwwroot", "artifacts", ".git"];

    /// <summary>Folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>First folder below the root: src, tests, benchmarks, firmware-sim.</summary>
    public string Place => System.IO.Path.GetRelativePath(Root, Path).Split('/', '\\')[0];

    public static IReadOnlyList<ProjectFile> All { get; } = [.. Files(Root, "*.csproj").Select(Read).OrderBy(project => project.Name, StringComparer.Ordinal)];

    /// <summary>Files below a folder, without what builds and tools put there.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) => Directory.EnumerateFiles(folder, pattern)
        .Concat(Directory.EnumerateDirectories(folder)
            .Where(inner => !Skipped.Contains(System.IO.Path.GetFileName(inner)))
            .SelectMany(inner => Files(inner, pattern)));

    private static ProjectFile Read(string path)
    {
        var document = XDocument.Load(path);
        return new ProjectFile(
            path,
            System.IO.Path.GetFileNameWithoutExtension(path),
            [.. Items("ProjectReference").Select(include => System.IO.Path.GetFileNameWithoutExtension(include.Replace('\\', '/')))],
            Items("PackageReference"),
            Items("FrameworkReference"));

        string[] Items(string kind) => [.. document.Descendants(kind).Select(item => item.Attribute("Include")?.Value).OfType<string>()];
    }

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (File.Exists(System.IO.Path.Combine(folder, "SmartCityIoT.sln"))) return folder;
        }

        throw new DirectoryNotFoundException("The tests run outside of the solution's folder.");
    }
}
