using System.Text;
using System.Text.Json;
using SmartCityIoT.FirmwareSim.Districts;

namespace SmartCityIoT.FirmwareSim.Tests.Districts;

public sealed class RegionPackTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(RegionPackReader.DefaultFolder, "buon-ma-thuot", "region.json"));

    private static RegionPack Parse(string text) => RegionPackReader.Parse(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void The_pack_that_ships_says_where_it_is()
    {
        var pack = Parse(Text);

        Assert.Equal(new LocalizedText("Buôn Ma Thuột", "Buon Ma Thuot"), pack.Name);
        Assert.Equal("Asia/Ho_Chi_Minh", pack.TimeZone);
        Assert.InRange(pack.Center.Longitude, pack.Bounds[0], pack.Bounds[2]);
        Assert.InRange(pack.Center.Latitude, pack.Bounds[1], pack.Bounds[3]);
    }

    [Fact]
    public void A_former_unit_leads_to_the_one_of_today()
    {
        var pack = Parse(Text);

        Assert.Equal("Phường Buôn Ma Thuột", pack.Successor("24136").Name);
        Assert.All(pack.Areas, area => Assert.Null(pack.Successor(area.Code).ValidTo));
        Assert.All(pack.Areas.Where(area => area.Code.StartsWith("local-", StringComparison.Ordinal)), area => Assert.Contains("Local code", area.Note));
    }

    [Theory]
    [InlineData("\"format\": 1", "\"format\": 2", "format 2")]
    [InlineData("\"Asia/Ho_Chi_Minh\"", "\"Asia/Nowhere\"", "Asia/Nowhere")]
    [InlineData("\"replacedBy\": \"local-tan-an\"", "\"replacedBy\": \"nowhere\"", "nowhere")]
    [InlineData("\"replacedBy\": \"local-tan-an\"", "\"replacedBy\": \"24124\"", "circle")]
    [InlineData("\"code\": \"24121\"", "\"code\": \"24118\"", "24118")]
    [InlineData("12.77]", "12.77, 3]", "bounds")]
    public void A_pack_that_contradicts_itself_is_refused_with_the_reason(string sound, string broken, string reason)
    {
        var exception = Assert.Throws<InvalidDataException>(() => Parse(Text.Replace(sound, broken, StringComparison.Ordinal)));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Theory]
    [InlineData("\"timeZone\"", "\"timezone\"")]
    [InlineData("\"sources\"", "\"origins\"")]
    public void A_member_that_nobody_knows_is_refused(string sound, string broken) =>
        Assert.Throws<JsonException>(() => Parse(Text.Replace(sound, broken, StringComparison.Ordinal)));

    [Fact]
    public void A_missing_pack_is_named() =>
        Assert.Contains("atlantis", Assert.Throws<InvalidDataException>(() => RegionPackReader.ReadDefault("atlantis")).Message, StringComparison.Ordinal);
}
