using System.Diagnostics;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Deploy;

/// <summary>The service unit that deploy/ ships, read by systemd itself.</summary>
public sealed class SystemdUnitTests
{
    private const string Analyzer = "/usr/bin/systemd-analyze";

    [Fact]
    public async Task Systemd_has_nothing_to_say_against_the_unit()
    {
        // Skipped under CI too: a container without systemd has no use for the unit.
        if (!File.Exists(Analyzer)) Assert.Skip("systemd is not installed. Install it with: apt-get install -y systemd");
        using var folder = new TemporaryFolder();
        var unit = await File.ReadAllTextAsync(Path.Combine(ServerProgram.Repository, "deploy", "systemd", "smartcity.service"));
        Assert.Contains("ExecStart=/opt/smartcity/smartcity serve", unit, StringComparison.Ordinal);

        // systemd looks whether the unit's program is there.
        await File.WriteAllTextAsync(folder.Combine("smartcity.service"), unit.Replace("/opt/smartcity/smartcity serve", "/bin/true serve", StringComparison.Ordinal));
        using var verify = Process.Start(new ProcessStartInfo(Analyzer, ["verify", folder.Combine("smartcity.service")]) { RedirectStandardError = true })!;
        var said = await verify.StandardError.ReadToEndAsync();
        await verify.WaitForExitAsync();
        Assert.DoesNotContain("smartcity.service", said, StringComparison.Ordinal);
        Assert.Equal(0, verify.ExitCode);
    }
}
