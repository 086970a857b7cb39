using CsCheck;
using SmartCityIoT.Devices.Areas;

namespace SmartCityIoT.Devices.Tests.Areas;

public class AreaTreeTests
{
    [Fact]
    public void An_area_means_itself_what_lies_inside_and_what_replaced_it()
    {
        var tree = new AreaTree(
        [
            new Area("province", "", ""),
            new Area("city", "", "", Parent: "province"),
            new Area("ward1", "", "", Parent: "city", ReplacedBy: "merged2024"),
            new Area("ward2", "", "", Parent: "city", ReplacedBy: "merged2024"),
            new Area("merged2024", "", "", Parent: "city", ReplacedBy: "merged2025"),
            new Area("merged2025", "", "", Parent: "province"),
            new Area("quarter", "", "", Parent: "merged2025"),
            new Area("elsewhere", "", "", Parent: "province"),
        ]);

        Assert.Equal(["merged2024", "merged2025", "quarter", "ward1"], Resolved("ward1"));
        Assert.Equal(["merged2024", "merged2025", "quarter", "ward1", "ward2"], Resolved("merged2025"));
        Assert.Equal(["city", "merged2024", "merged2025", "quarter", "ward1", "ward2"], Resolved("city"));
        Assert.Equal(["elsewhere"], Resolved("elsewhere"));
        Assert.Equal(8, tree.Resolve("province").Count);
        Assert.Empty(tree.Resolve("unknown"));

        IEnumerable<string> Resolved(string code) => tree.Resolve(code).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Any_links_whatever_resolve_to_known_areas_with_the_asked_one_and_its_children_among_them()
    {
        // Links may dangle and run in circles, as in a file that was edited by hand.
        var link = Gen.Int[-1, 9].Select(number => number < 0 ? null : "a" + number);
        Gen.Select(link, link).Array[1, 8].Sample(links =>
        {
            var areas = links.Select((pair, index) => new Area("a" + index, "", "", pair.Item1, ReplacedBy: pair.Item2)).ToList();
            var tree = new AreaTree(areas);
            foreach (var area in areas)
            {
                var resolved = tree.Resolve(area.Code);
                Assert.Contains(area.Code, resolved);
                Assert.All(resolved, code => Assert.True(tree.TryGet(code, out _)));
                if (area.Parent is not null) Assert.True(tree.Resolve(area.Parent).Count == 0 || tree.Resolve(area.Parent).Contains(area.Code));
                if (area.ReplacedBy is not null && tree.TryGet(area.ReplacedBy, out _)) Assert.Contains(area.ReplacedBy, resolved);
            }
        });
    }
}
