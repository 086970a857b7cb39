using System.Diagnostics;

namespace SmartCityIoT.EndToEnd.Tests.Platform;

/// <summary>The program as the build left it, in the same configuration as these tests.</summary>
internal static class ServerProgram
{
    public static string Path { get; } = Find();

    public static Process Start(IReadOnlyList<string> arguments, string? workingDirectory = null)
    {
        var start = new ProcessStartInfo("dotnet", [Path, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        return Process.Start(start)!;
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(IReadOnlyList<string> arguments, string input = "", string? workingDirectory = null)
    {
        using var process = Start(arguments, workingDirectory);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"smartcity {string.Join(' ', arguments)} did not end:\n{await output}{await error}");
        }

        return (process.ExitCode, await output, await error);
    }

    /// <summary>The root of the repository: the folder that holds the solution.</summary>
    public static string Repository { get; } = FindRepository();

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "SmartCityIoT.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }

    private static string Find()
    {
        // …/tests/PROJECT/bin/CONFIGURATION/net10.0/
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return System.IO.Path.Combine(FindRepository(), "src", "SmartCityIoT.Server", "bin", output.Parent!.Name, output.Name, "smartcity.dll");
    }
}
