namespace SmartCityIoT.Testing.Servers;

/// <summary>Finds the servers that tests run against.</summary>
public static class ServerPrograms
{
    private static readonly string[] UsualFolders = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/usr/bin"];

    /// <summary>
    /// Path of a program. Where it is missing, the test fails under CI and is skipped elsewhere, with the line that installs it.
    /// </summary>
    public static string Require(string program, string install)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var found = folders.Concat(UsualFolders).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        if (found is not null) return found;

        var missing = $"{program} is not installed. Install it with: {install}";
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase)) Assert.Fail(missing);
        Assert.Skip(missing);
        return "";
    }
}
