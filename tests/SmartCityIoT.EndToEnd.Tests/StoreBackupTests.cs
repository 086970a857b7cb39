using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests;

/// <summary><c>store backup</c> and <c>store restore</c>, run as a person would, beside a platform that runs and after it has stopped.</summary>
public sealed class StoreBackupTests
{
    [Fact]
    public async Task A_running_platform_makes_the_backup_and_a_stopped_one_goes_on_from_it()
    {
        const ulong Id = 0x70b3d57ed0001002;
        using var folder = new TemporaryFolder();
        var data = folder.Combine("data");
        var backup = folder.Combine("backup");
        string secret;
        var time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await using (var platform = await PlatformProcess.ServeAsync(data))
        {
            secret = await platform.AddDeviceAsync("70b3d57ed0001002", "water");
            await using var device = new TestDevice(Id, secret);
            await device.ConnectAsync(platform.MqttPort);
            await device.PublishAsync(device.Frame(time - 2000, 300));
            await Eventually.IsAsync(() => platform.BalanceAsync("stored"), stored => stored == 1, "the first frame");

            var made = await ServerProgram.RunAsync(["store", "backup", backup, "--data", data]);
            Assert.True(made.ExitCode == 0, made.Error);
            Assert.Contains("The platform is running and makes the backup itself", made.Output, StringComparison.Ordinal);
            Assert.Contains("is complete: journal position 1,", made.Output, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(Path.Combine(data, "store"), "backup.*"));

            var refused = await ServerProgram.RunAsync(["store", "restore", backup, "--replace", "--data", data]);
            Assert.Equal(1, refused.ExitCode);
            Assert.Equal($"smartcity: a platform is running on {data}: stop it, restore, and start it again\n", refused.Error);

            await device.PublishAsync(device.Frame(time - 1000, 301));
            await Eventually.IsAsync(() => platform.BalanceAsync("stored"), stored => stored == 2, "the second frame");
            Assert.Equal(0, await platform.StopAsync());
        }

        var unsaid = await ServerProgram.RunAsync(["store", "restore", backup, "--SmartCity:DataDirectory", data]);
        Assert.Equal(1, unsaid.ExitCode);
        Assert.Contains("add --replace", unsaid.Error, StringComparison.Ordinal);
        var restored = await ServerProgram.RunAsync(["store", "restore", backup, "--replace", "--SmartCity:DataDirectory", data]);
        Assert.True(restored.ExitCode == 0, restored.Error);
        Assert.Contains("the journal to position 1 of", restored.Output, StringComparison.Ordinal);

        await using var again = await PlatformProcess.ServeAsync(data);
        await using var reconnected = new TestDevice(Id, secret);
        await reconnected.ConnectAsync(again.MqttPort);
        await reconnected.PublishAsync(reconnected.Frame(time, 302, boot: 2));
        await Eventually.IsAsync(() => again.BalanceAsync("stored"), stored => stored == 3, "the frame after the restore");
        Assert.Equal(0, await again.StopAsync());
        var stopped = await ServerProgram.RunAsync(["store", "backup", backup, "--data", data]);
        Assert.True(stopped.ExitCode == 0, stopped.Error);
        Assert.Contains("is complete: journal position 3,", stopped.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_done_is_one_line()
    {
        using var folder = new TemporaryFolder();
        var (exit, _, error) = await ServerProgram.RunAsync(["store", "backup", folder.Combine("backup"), "--data", folder.Combine("none")]);
        Assert.Equal(1, exit);
        Assert.StartsWith("smartcity: there is no embedded store at ", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        (exit, _, error) = await ServerProgram.RunAsync(["store", "restore", folder.Path, "--data", folder.Combine("none")]);
        Assert.Equal(1, exit);
        Assert.Contains("holds no finished backup", error, StringComparison.Ordinal);
    }
}
