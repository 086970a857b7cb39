using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Docs;

/// <summary>Runs commands of a page in bash, with the built program in place of the one that they would build and free ports in place of theirs.</summary>
internal static partial class DocShell
{
    private const string RunServer = "dotnet run --project src/SmartCityIoT.Server -- ";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>The configuration that this test was built in, and the programs beside it: …/bin/CONFIGURATION/net10.0/</summary>
    private static string Build { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>The programs behind the commands of benchmarks/README.md.</summary>
    public static IReadOnlyList<string> MeasurementPrograms { get; } =
    [
        Path.Combine(ServerProgram.Repository, Benchmarks),
        Path.Combine(ServerProgram.Repository, $"benchmarks/SmartCityIoT.LoadTest/bin/{Build}/net10.0/smartcity-load"),
    ];

    private static string Benchmarks => $"benchmarks/SmartCityIoT.Benchmarks/bin/{Build}/net10.0/SmartCityIoT.Benchmarks.dll";

    /// <summary>Whether a command measures, which takes minutes: only its arguments are checked.</summary>
    public static bool IsMeasurement(string command) => Benchmark().IsMatch(command) || LoadTest().IsMatch(command);

    /// <summary>Whether a command starts a platform and goes on until it is stopped.</summary>
    public static bool StartsPlatform(string command) => PlatformStart().IsMatch(Named(command));

    /// <summary>Subcommand and options of such a command, without the addresses and the folder that a test chooses.</summary>
    public static string[] PlatformArguments(string command)
    {
        var words = Named(command).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..].ToList();
        foreach (var chosen in new[] { "--urls", "--SmartCity:DataDirectory", "--SmartCity:Mqtt:Listen:Port" })
        {
            if (words.IndexOf(chosen) is >= 0 and var at) words.RemoveRange(at, 2);
        }

        return [.. words];
    }

    /// <summary>Runs the commands in one shell, which ends at the first that fails.</summary>
    public static async Task RunAsync(IReadOnlyList<string> commands, string folder, string http, int mqttPort)
    {
        var script = new StringBuilder("set -euo pipefail\n");
        script.Append(CultureInfo.InvariantCulture, $"smartcity() {{ dotnet '{ServerProgram.Path}' \"$@\"; }}\n");
        script.Append("at=0\ntrap '[ $? = 0 ] || echo \"doc command $at failed\" >&2' EXIT\n");
        for (var i = 0; i < commands.Count; i++)
        {
            script.Append(CultureInfo.InvariantCulture, $"at={i}\n{Here(commands[i], http, mqttPort)}\n");
        }

        var start = new ProcessStartInfo("bash", ["-c", script.ToString()])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What the test runner's own build tools left behind would make `dotnet publish` load them.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        using var shell = Process.Start(start)!;
        var output = shell.StandardOutput.ReadToEndAsync();
        var error = shell.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await shell.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            shell.Kill(entireProcessTree: true);
        }

        var said = await error;
        var failed = FailedAt().Match(said) is { Success: true } match ? commands[int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)] : "";
        Assert.True(shell.ExitCode == 0, $"{failed}\n{said}\n{await output}");
    }

    /// <summary>The command as it is typed here.</summary>
    private static string Here(string command, string http, int mqttPort)
    {
        var here = Named(command)
            .Replace("127.0.0.1:5080", http, StringComparison.Ordinal)
            .Replace("-p 1883", $"-p {mqttPort}", StringComparison.Ordinal)
            .Replace("/bin/Release/", $"/bin/{Build}/", StringComparison.Ordinal);

        // Built already, by the build that built this test.
        if (here.StartsWith("dotnet publish ", StringComparison.Ordinal)) here = here.Replace("-c Release", $"-c {Build} --no-build -v quiet", StringComparison.Ordinal);

        // Whether the filter finds any is what a page can get wrong.
        if (Benchmark().Match(here) is { Success: true } benchmark)
        {
            var arguments = benchmark.Groups["arguments"].Value;
            here = arguments.StartsWith("storage", StringComparison.Ordinal)
                ? $"dotnet {Benchmarks} {arguments} --help"
                : $"dotnet {Benchmarks} {arguments} --list flat | grep -q SmartCityIoT";
        }

        if (LoadTest().IsMatch(here)) here += " --help";
        return InRepository().Replace(here, $"{ServerProgram.Repository}/$1/");
    }

    private static string Named(string command) => command.Replace(RunServer, "smartcity ", StringComparison.Ordinal);

    [GeneratedRegex(@"^smartcity (serve|demo)\b")]
    private static partial Regex PlatformStart();

    [GeneratedRegex(@"^dotnet run -c Release --project benchmarks/SmartCityIoT.Benchmarks -- (?<arguments>.+)$")]
    private static partial Regex Benchmark();

    [GeneratedRegex(@"^\$load \w+( -{0,2}[\w-]+)*$")]
    private static partial Regex LoadTest();

    [GeneratedRegex(@"(?<![\w/.-])(src|deploy|tests|benchmarks)/")]
    private static partial Regex InRepository();

    [GeneratedRegex(@"doc command (\d+) failed")]
    private static partial Regex FailedAt();
}
