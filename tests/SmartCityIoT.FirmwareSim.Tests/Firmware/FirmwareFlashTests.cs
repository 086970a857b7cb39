using SmartCityIoT.FirmwareSim.Firmware;

namespace SmartCityIoT.FirmwareSim.Tests.Firmware;

public sealed class FirmwareFlashTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("flash-").FullName;

    private string Path => System.IO.Path.Combine(folder, "flash.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Boots_secrets_and_meters_outlive_the_process()
    {
        var first = FirmwareFlash.Open(Path);
        first.SetSecret(0x0a00000000000001, "secret");
        Assert.Equal(1, first.NextBoot(0x0a00000000000001));
        first.SetCarried(0x0a00000000000001, 2.5);
        first.Save();

        var second = FirmwareFlash.Open(Path);
        Assert.Equal("secret", second.SecretOf(0x0a00000000000001));
        Assert.Equal(2, second.NextBoot(0x0a00000000000001));
        Assert.Equal(2.5, second.CarriedOf(0x0a00000000000001));
        Assert.Null(second.SecretOf(2));
    }

    [Fact]
    public void The_boot_counter_wraps()
    {
        var flash = FirmwareFlash.InMemory();
        for (var boot = 1; boot <= 255; boot++) Assert.Equal(boot, flash.NextBoot(1));
        Assert.Equal(0, flash.NextBoot(1));
    }

    [Fact]
    public void Only_the_owner_can_read_the_file()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("file modes are of Unix");
            return;
        }

        File.WriteAllText(Path + ".new", "left by a crash, readable by all");
        FirmwareFlash.Open(Path).Save();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"devices\":{\"xyz\":{}}}")]
    public void A_file_that_is_no_flash_is_named(string text)
    {
        File.WriteAllText(Path, text);
        Assert.Contains(Path, Assert.Throws<InvalidDataException>(() => FirmwareFlash.Open(Path)).Message, StringComparison.Ordinal);
    }
}
