using System.Text.RegularExpressions;

namespace SmartCityIoT.Server.Tests.Architecture;

/// <summary>Keeps the arrows between the rooms: docs/architecture.md draws them.</summary>
public partial class ArchitectureTests
{
    /// <summary>Which rooms a room may use, directly or by way of another.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new(StringComparer.Ordinal)
    {
        ["Telemetry"] = [],
        ["Mqtt"] = [],
        ["Journal"] = [],
        ["Live"] = ["Telemetry"],
        ["Storage"] = ["Telemetry"],
        ["Devices"] = ["Telemetry"],
        ["Alerts"] = ["Telemetry", "Live", "Devices", "Storage"],
        ["Ingestion"] = ["Mqtt", "Journal", "Telemetry", "Live", "Storage", "Devices", "Alerts"],
        ["Dashboard"] = ["Telemetry", "Live", "Storage", "Devices", "Alerts"],
        ["FirmwareSim"] = ["Telemetry", "Mqtt", "Journal"],
        ["Server"] = ["Telemetry", "Mqtt", "Journal", "Live", "Storage", "Devices", "Alerts", "Ingestion", "Dashboard", "FirmwareSim"],
    };

    private static IEnumerable<ProjectFile> Rooms => ProjectFile.All.Where(project => project.Place is "src" or "firmware-sim");

    [Fact]
    public void Every_room_uses_only_the_rooms_that_it_may()
    {
        foreach (var project in Rooms)
        {
            Assert.True(MayUse.TryGetValue(Short(project.Name), out var allowed), $"{project.Name} stands in no row of the table");
            foreach (var used in Reachable(project))
            {
                Assert.True(allowed.Contains(Short(used)), $"{project.Name} reaches {used}: that arrow is forbidden");
            }
        }

        Assert.Equal(MayUse.Keys.Order(StringComparer.Ordinal), Rooms.Select(project => Short(project.Name)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Telemetry")]
    [InlineData("Mqtt")]
    [InlineData("Live")]
    public void The_innermost_rooms_use_no_package(string room)
    {
        var project = Room(room);
        Assert.Empty(project.Packages);
        Assert.Empty(project.Frameworks);
    }

    [Theory]
    [InlineData("Telemetry")]
    [InlineData("Mqtt")]
    [InlineData("Journal")]
    public void The_innermost_rooms_know_no_other(string room) => Assert.Empty(Room(room).Projects);

    [Fact]
    public void The_packages_that_every_room_gets_are_analyzers()
    {
        var shared = File.ReadAllText(Path.Combine(ProjectFile.Root, "src", "Directory.Build.props"));
        Assert.All(PackageLine().Matches(shared), line => Assert.Contains("PrivateAssets=\"all\"", line.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_room_has_tests_that_use_it()
    {
        foreach (var project in Rooms)
        {
            var tests = Assert.Single(ProjectFile.All, one => one.Name == project.Name + ".Tests");
            Assert.Equal("tests", tests.Place);
            Assert.Contains(project.Name, tests.Projects);
        }
    }

    [Fact]
    public void Nothing_that_ships_uses_tests_or_benchmarks()
    {
        var others = ProjectFile.All.Where(project => project.Place is "tests" or "benchmarks").Select(project => project.Name).ToHashSet();
        Assert.All(Rooms, room => Assert.DoesNotContain(room.Projects, others.Contains));
    }

    [Fact]
    public void Package_versions_stand_in_one_place()
    {
        foreach (var project in ProjectFile.All)
        {
            Assert.DoesNotMatch(VersionInProject(), File.ReadAllText(project.Path));
            Assert.True(File.Exists(Path.Combine(project.Folder, "packages.lock.json")), $"{project.Name} has no lock file");
        }
    }

    [Fact]
    public void Namespaces_equal_folders()
    {
        var wrong = new List<string>();
        foreach (var project in Rooms)
        {
            foreach (var file in ProjectFile.Files(project.Folder, "*.cs"))
            {
                if (NamespaceLine().Match(File.ReadAllText(file)) is not { Success: true } found) continue;
                var inner = Path.GetRelativePath(project.Folder, Path.GetDirectoryName(file)!);
                var expected = inner == "." ? project.Name : $"{project.Name}.{inner.Replace(Path.DirectorySeparatorChar, '.')}";
                if (found.Groups[1].Value != expected) wrong.Add($"{Path.GetRelativePath(ProjectFile.Root, file)}: {found.Groups[1].Value}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Files_stay_short()
    {
        var generated = new[] { "Migrations", "CompiledModel" };
        var tooLong = Rooms.SelectMany(project => ProjectFile.Files(project.Folder, "*.cs"))
            .Where(file => !generated.Contains(Path.GetFileName(Path.GetDirectoryName(file))))
            .Where(file => File.ReadLines(file).Count() > 300);
        Assert.Empty(tooLong);
    }

    private static ProjectFile Room(string name) => ProjectFile.All.Single(project => project.Name == "SmartCityIoT." + name);

    private static string Short(string project) => project["SmartCityIoT.".Length..];

    /// <summary>Projects that a project refers to, by way of others too.</summary>
    private static HashSet<string> Reachable(ProjectFile project)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var next = new Queue<string>(project.Projects);
        while (next.TryDequeue(out var name))
        {
            if (!reached.Add(name)) continue;
            foreach (var further in ProjectFile.All.Single(one => one.Name == name).Projects) next.Enqueue(further);
        }

        return reached;
    }

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"<PackageReference [^>]*>")]
    private static partial Regex PackageLine();

    [GeneratedRegex(@"<PackageReference [^>]*Version")]
    private static partial Regex VersionInProject();
}
