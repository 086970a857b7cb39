using System.Net;
using System.Text.RegularExpressions;
using static SmartCityIoT.Dashboard.Tests.DashboardHost;

namespace SmartCityIoT.Dashboard.Tests.Web;

public partial class PageTests
{
    [Fact]
    public async Task The_page_is_asked_for_again_and_its_assets_never()
    {
        await using var host = await StartAsync();
        using var page = await host.Http.GetAsync("/");
        var html = await page.Content.ReadAsStringAsync();
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Equal("no-cache", page.Headers.CacheControl?.ToString());
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        var policy = page.Headers.TryGetValues("Content-Security-Policy", out var values) ? values.Single() : "";
        Assert.Contains("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        string[] allowed = ["'self'", "'none'"];
        Assert.All(policy.Split(';', StringSplitOptions.TrimEntries), directive => Assert.Subset(allowed.ToHashSet(), directive.Split(' ')[1..].ToHashSet()));

        var references = Reference().Matches(html).Select(match => match.Groups[1].Value).ToArray();
        Assert.Contains(references, reference => reference.EndsWith(".js", StringComparison.Ordinal));
        Assert.All(references, reference => Assert.DoesNotContain("//", reference, StringComparison.Ordinal));
        foreach (var asset in references.Where(reference => reference.Contains("assets/", StringComparison.Ordinal)))
        {
            using var file = await host.Http.GetAsync("/" + asset.TrimStart('.', '/'));
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            Assert.Equal("public, max-age=31536000, immutable", file.Headers.CacheControl?.ToString());
        }
    }

    [Fact]
    public async Task Files_outside_the_page_cannot_be_had()
    {
        await using var host = await StartAsync();
        foreach (var path in new[] { "/..%2fSmartCityIoT.Dashboard.dll", "/%2e%2e/packs/water/pack.json", "/packs/water/pack.json", "/assets/" })
        {
            using var answer = await host.Http.GetAsync(path);
            Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{path}: {answer.StatusCode}");
        }
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    internal static partial Regex Reference();
}
