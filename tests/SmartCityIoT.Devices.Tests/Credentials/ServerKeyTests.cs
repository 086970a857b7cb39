using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Devices.Tests.Credentials;

public class ServerKeyTests
{
    [Fact]
    public async Task The_key_is_32_random_bytes_that_only_the_owner_reads()
    {
        await using var one = await Registry.OpenAsync();
        await using var two = await Registry.OpenAsync();
        var path = Path.Combine(one.Folder, "server.key");

        Assert.Equal(32, new FileInfo(path).Length);
        Assert.NotEqual(await File.ReadAllBytesAsync(path), await File.ReadAllBytesAsync(Path.Combine(two.Folder, "server.key")));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task Secrets_are_good_after_a_restart()
    {
        await using var registry = await Registry.OpenAsync();
        var provisioned = await registry.AddAsync(Registry.Water(Registry.DeviceA));
        await using var restarted = await registry.OpenAnotherAsync();

        Assert.True(restarted.LetsIn(Registry.DeviceA, provisioned.Secret));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public async Task A_key_of_another_length_is_refused_in_one_line(int length)
    {
        await using var registry = await Registry.OpenAsync();
        var path = Path.Combine(registry.Folder, "server.key");
        await File.WriteAllBytesAsync(path, new byte[length]);

        var problem = await Assert.ThrowsAsync<DevicesUnavailableException>(registry.OpenAnotherAsync);
        Assert.Equal($"{path} has {length} bytes instead of 32: restore it from a backup", problem.Message);
    }

    [Fact]
    public async Task A_lost_key_is_not_replaced_while_hashes_made_with_it_exist()
    {
        await using var registry = await Registry.OpenAsync();
        var path = Path.Combine(registry.Folder, "server.key");
        File.Delete(path);
        await using (await registry.OpenAnotherAsync())
        {
            // Without a device there is nothing to lose: a new key is made.
            Assert.True(File.Exists(path));
        }

        await using var user = await registry.OpenAnotherAsync();
        await user.AddAsync(Registry.Water(Registry.DeviceA));
        File.Delete(path);

        var problem = await Assert.ThrowsAsync<DevicesUnavailableException>(registry.OpenAnotherAsync);
        Assert.Contains("server.key is missing", problem.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_key_that_cannot_be_read_is_named()
    {
        await using var registry = await Registry.OpenAsync();
        var path = Path.Combine(registry.Folder, "server.key");
        File.Delete(path);
        Directory.CreateDirectory(path);

        var problem = await Assert.ThrowsAsync<DevicesUnavailableException>(registry.OpenAnotherAsync);
        Assert.Contains(path, problem.Message, StringComparison.Ordinal);
        Directory.Delete(path);
    }
}
