using SmartCityIoT.Devices.Areas;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Devices.Tests.Lookup;

public class DeviceDirectoryTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task All_are_sorted_by_id_as_unsigned_numbers()
    {
        await using var registry = await Registry.OpenAsync();
        ulong[] ids = [ulong.MaxValue, 1, 0x8000000000000000, Registry.DeviceB, Registry.DeviceA];
        foreach (var id in ids) await registry.AddAsync(Registry.Water(id));
        Assert.Equal(ids.Order(), registry.Directory.All.Select(entry => entry.Id));

        await using var another = await registry.OpenAnotherAsync();
        Assert.Equal(ids.Order(), another.Directory.All.Select(entry => entry.Id));
    }

    [Fact]
    public async Task An_entry_says_what_was_registered()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.Devices.ImportAreasAsync([new Area("24118", "Tân Lập", "phường")], Registry.Actor, None);
        await registry.AddAsync(new NewDevice(Registry.DeviceA, "Đồng hồ 1", "water", "WM-20")
        {
            Site = new NewSite("DMA-7", "Trạm bảy", 12.67, 108.04, "24118", IsSimulated: true),
            IntervalSeconds = 300,
        });

        var entry = registry.Entry(Registry.DeviceA);
        Assert.Equal("Đồng hồ 1", entry.Name);
        Assert.Equal("water", entry.Sector);
        Assert.Equal("WM-20", entry.Model);
        Assert.Equal(Lifecycle.InService, entry.Lifecycle);
        Assert.Equal(300, entry.IntervalSeconds);
        Assert.Equal(new DeviceSite("DMA-7", "Trạm bảy", 12.67, 108.04, true), entry.Site);
        Assert.Equal("24118", entry.Area);
        Assert.Equal("70b3d57ed0001001 dong ho 1 dma-7 tram bay", entry.SearchKey);
        Assert.False(registry.Directory.TryGet(Registry.DeviceB, out _));
    }

    [Fact]
    public async Task A_write_of_another_process_shows_after_a_refresh_and_only_what_it_touched_is_new()
    {
        await using var server = await Registry.OpenAsync();
        await server.AddAsync(Registry.Water(Registry.DeviceA, "S-1"));
        var untouched = server.Entry(Registry.DeviceA);
        var changes = new List<DeviceDirectoryChange>();
        server.Directory.Changed += changes.Add;

        await using var tool = await server.OpenAnotherAsync();
        await tool.AddAsync(Registry.Water(Registry.DeviceB, "S-2"));
        Assert.False(server.Directory.TryGet(Registry.DeviceB, out _));
        Assert.True(server.Directory.Refresh());

        Assert.Equal("S-2", server.Entry(Registry.DeviceB).Site!.Code);
        Assert.Same(untouched, server.Entry(Registry.DeviceA));
        var change = Assert.Single(changes);
        Assert.Equal([Registry.DeviceB], change.Devices);
        Assert.False(change.AreasChanged);
        Assert.False(server.Directory.Refresh());
    }

    [Fact]
    public async Task The_running_service_sees_the_write_of_another_process_by_itself()
    {
        await using var server = await Registry.OpenAsync();
        await using var tool = await server.OpenAnotherAsync();
        await tool.AddAsync(Registry.Water(Registry.DeviceA));

        await server.RunUpkeepUntilAsync(() => server.Directory.TryGet(Registry.DeviceA, out _));
    }

    [Fact]
    public async Task A_model_with_another_interval_shows_in_its_devices_alone()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.Devices.ImportModelsAsync(
            [new DeviceModel("WM-20", "Meter", "water", 60), new DeviceModel("WM-30", "Meter", "water", 60)], Registry.Actor, None);
        await registry.AddAsync(Registry.Water(Registry.DeviceA));
        await registry.AddAsync(Registry.Water(Registry.DeviceB) with { Model = "WM-30" });
        var untouched = registry.Entry(Registry.DeviceB);

        await registry.Devices.ImportModelsAsync([new DeviceModel("WM-20", "Meter", "water", 900)], Registry.Actor, None);

        Assert.Equal(900, registry.Entry(Registry.DeviceA).IntervalSeconds);
        Assert.Same(untouched, registry.Entry(Registry.DeviceB));
        Assert.Equal(["WM-20", "WM-30"], registry.Directory.Models.Select(model => model.Code));
    }

    [Fact]
    public async Task A_search_folds_accents_and_needs_every_word()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Registry.DeviceA) with { Name = "Ngã Sáu Buôn Ma Thuột" });
        await registry.AddAsync(Registry.Water(Registry.DeviceB, "TL-9") with { Name = "Đường Lê Duẩn" });

        Assert.Equal([Registry.DeviceA], Found("buon ma thuot"));
        Assert.Equal([Registry.DeviceA], Found("THUỘT  sáu"));
        Assert.Equal([Registry.DeviceB], Found("duong"));
        Assert.Equal([Registry.DeviceB], Found("đường tl-9"));
        Assert.Equal([Registry.DeviceB], Found("70B3D57ED0001002"));
        Assert.Empty(Found("buon duong"));
        Assert.Equal([Registry.DeviceA, Registry.DeviceB], Found("  "));
        Assert.Empty(registry.Directory.Search(sector: "traffic"));
        Assert.Equal(2, registry.Directory.Search(sector: "water").Count);
        Assert.Empty(registry.Directory.Search("\ud800"));

        IEnumerable<ulong> Found(string text) => registry.Directory.Search(text).Select(entry => entry.Id);
    }

    [Fact]
    public async Task A_former_wards_code_finds_todays_sites()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.Devices.ImportAreasAsync(
            [
                new Area("24136", "Tân Lợi", "phường", Parent: "643", ReplacedBy: "new"),
                new Area("24145", "Tân Tiến", "phường", Parent: "643", ReplacedBy: "new"),
                new Area("643", "Thành phố Buôn Ma Thuột", "thành phố", Parent: "66"),
                new Area("new", "Phường Buôn Ma Thuột", "phường", Parent: "66"),
                new Area("66", "Đắk Lắk", "tỉnh"),
            ],
            Registry.Actor,
            None);
        await registry.AddAsync(Registry.Water(1, "today", "new"));
        await registry.AddAsync(Registry.Water(2, "old", "24136"));
        await registry.AddAsync(Registry.Water(3, "neighbour", "24145"));
        await registry.AddAsync(Registry.Water(4));

        Assert.Equal([1, 2], In("24136"));
        Assert.Equal([1, 2, 3], In("new"));
        Assert.Equal([1, 2, 3], In("643"));
        Assert.Equal([1, 2, 3], In("66"));
        Assert.Empty(In("nowhere"));
        Assert.Empty(In(""));

        ulong[] In(string area) => [.. registry.Directory.DevicesIn(area).Select(entry => entry.Id)];
    }

    [Fact]
    public async Task Reading_allocates_nothing()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Registry.DeviceA, "S-1"));
        var directory = registry.Directory;
        var now = registry.Now;
        Run(1_000);
        Assert.Equal(0, Allocated.By(() => Run(100_000)));

        void Run(int times)
        {
            for (var round = 0; round < times; round++)
            {
                if (!directory.TryGet(Registry.DeviceA, out var entry)) throw new InvalidOperationException("the device is gone");
                if (entry.TagsAt(now).Site != "S-1" || entry.TagsAt(now - 1).Site != "") throw new InvalidOperationException("wrong tags");
                if (directory.TryGet(Registry.DeviceB, out _)) throw new InvalidOperationException("a device came from nowhere");
            }
        }
    }
}
