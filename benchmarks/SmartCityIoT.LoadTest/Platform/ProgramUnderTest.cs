using System.Diagnostics;

namespace SmartCityIoT.LoadTest.Platform;

/// <summary>The built server and the settings to start it with.</summary>
/// <param name="Path">Absolute path of smartcity.dll.</param>
/// <param name="Settings">Configuration as <c>KEY=VALUE</c>.</param>
internal sealed record ProgramUnderTest(string Path, IReadOnlyList<string> Settings)
{
    /// <summary>Version with the commit, as the build wrote it.</summary>
    public string Version => FileVersionInfo.GetVersionInfo(Path).ProductVersion ?? "unknown";
}
