using SmartCityIoT.Devices.Areas;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Devices.Tests.Areas;

public class AreaImportTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task An_import_adds_changes_and_leaves_alone_and_a_second_one_writes_nothing()
    {
        await using var registry = await Registry.OpenAsync();
        Area[] areas =
        [
            new("24118", "Tân Lập", "phường", Parent: "643", ValidTo: 1_751_328_000_000, Latitude: 12.690, Longitude: 108.062),
            new("643", "Buôn Ma Thuột", "thành phố"),
        ];
        Assert.Equal(2, await registry.Devices.ImportAreasAsync(areas, Registry.Actor, None));
        Assert.Equal(areas.OrderBy(area => area.Code), registry.Directory.Areas.All);
        Assert.Equal(0, await registry.Devices.ImportAreasAsync(areas, Registry.Actor, None));
        Assert.Equal(2, (await registry.Devices.AuditAsync(null, null, 100, None)).Count);

        var changed = areas[0] with { Name = "Phường Tân Lập" };
        Assert.Equal(1, await registry.Devices.ImportAreasAsync([changed, areas[1]], Registry.Actor, None));
        Assert.True(registry.Directory.Areas.TryGet("24118", out var found));
        Assert.Equal(changed, found);
        Assert.Equal("area:24118", (await registry.Devices.AuditAsync(null, null, 1, None))[0].Subject);

        await using var another = await registry.OpenAnotherAsync();
        Assert.Equal([changed, areas[1]], another.Directory.Areas.All);
    }

    public static TheoryData<Area[], string> Refused => new()
    {
        { [new("", "x", "x")], "code is missing" },
        { [new("a", " ", "x")], "name is missing" },
        { [new("a", "x", "")], "kind is missing" },
        { [new("a", "x", "x", Parent: "b")], "parent 'b' of area 'a' is not known" },
        { [new("a", "x", "x", ReplacedBy: "b")], "replacedBy 'b' of area 'a' is not known" },
        { [new("a", "x", "x", Parent: "a")], "parent of area 'a' runs in a circle over 'a'" },
        { [new("a", "x", "x", ReplacedBy: "b"), new("b", "x", "x", ReplacedBy: "a")], "replacedBy of area 'a' runs in a circle over 'a'" },
        { [new("a", "x", "x", Latitude: 1)], "center of area 'a' needs latitude and longitude, or neither" },
        { [new("a", "x", "x", Latitude: 91, Longitude: 1)], "center.latitude must be -90 to 90 degrees" },
        { [new("a", "x", "x", ValidFrom: 2, ValidTo: 2)], "validTo of area 'a' must be later than its validFrom" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_bad_area_is_refused_by_name_and_nothing_of_its_import_stays(Area[] areas, string message)
    {
        await using var registry = await Registry.OpenAsync();
        var good = new Area("good", "Good", "ward");

        var problem = await Assert.ThrowsAsync<DeviceInputException>(
            () => registry.Devices.ImportAreasAsync([good, .. areas], Registry.Actor, None));

        Assert.Equal(message, problem.Message);
        Assert.Empty(registry.Directory.Areas.All);
        await using var another = await registry.OpenAnotherAsync();
        Assert.Empty(another.Directory.Areas.All);
    }
}
