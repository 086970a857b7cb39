using System.Net;
using System.Text.Json;
using static SmartCityIoT.Dashboard.Tests.DashboardHost;

namespace SmartCityIoT.Dashboard.Tests.Web;

public class DocsTests
{
    [Fact]
    public async Task The_document_lists_every_address_with_its_parameters()
    {
        await using var host = await StartAsync();
        using var answer = await host.Http.GetAsync("/openapi/v1.json");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.StartsWith("3.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var paths = document.GetProperty("paths");

        foreach (var (path, method, parameters) in new[]
        {
            ("/devices", "get", "area sector state q limit after"),
            ("/devices", "post", ""),
            ("/devices/{id}", "get", "id"),
            ("/devices/{id}/latest", "get", "id"),
            ("/devices/{id}/history", "get", "id field channel from to points"),
            ("/devices/{id}/credentials", "post", "id"),
            ("/devices/{id}/credentials/{number}", "delete", "id number"),
            ("/devices/{id}/retire", "post", "id"),
            ("/devices/{id}/commands", "post", "id"),
            ("/devices/{id}/commands", "get", "id limit after"),
            ("/devices/{id}/commands/{number}", "delete", "id number"),
            ("/gateways", "get", "limit after"),
            ("/gateways", "post", ""),
            ("/gateways/{name}", "get", "name"),
            ("/gateways/{name}/devices", "put", "name"),
            ("/gateways/{name}/devices/{id}", "put", "name id"),
            ("/gateways/{name}/devices/{id}", "delete", "name id"),
            ("/gateways/{name}/credentials", "post", "name"),
            ("/gateways/{name}/credentials/{number}", "delete", "name number"),
            ("/gateways/{name}/retire", "post", "name"),
            ("/areas", "get", ""),
            ("/aggregates", "get", "sector field area site q aggregate from to interval"),
            ("/series", "get", "sector field device site channel from to points"),
            ("/sectors", "get", ""),
            ("/region", "get", ""),
            ("/alerts", "get", "state device area sector limit after"),
            ("/alerts/{id}/acknowledge", "post", "id"),
            ("/alerts/{id}/history", "get", "id"),
            ("/balance", "get", "from to"),
            ("/balance/devices", "get", "day"),
            ("/dead-letters", "get", "reason device limit after"),
            ("/seen", "get", ""),
            ("/stream", "get", "area sector"),
        })
        {
            Assert.True(paths.TryGetProperty("/api/v1" + path, out var address), path);
            var operation = address.GetProperty(method);
            var listed = operation.TryGetProperty("parameters", out var named) ? named.EnumerateArray().Select(one => one.GetProperty("name").GetString()!) : [];
            Assert.Equal(parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries), listed.Select(name => char.ToLowerInvariant(name[0]) + name[1..]));
            Assert.All(listed, name => Assert.Equal(char.ToLowerInvariant(name[0]), name[0]));
            Assert.NotEqual("", operation.GetProperty("summary").GetString());
            Assert.True(operation.TryGetProperty("operationId", out _));
        }

        var limit = paths.GetProperty("/api/v1/devices").GetProperty("get").GetProperty("parameters").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "limit");
        Assert.Contains("10,000", limit.GetProperty("description").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_readable_page_needs_no_internet()
    {
        await using var host = await StartAsync();
        using var answer = await host.Http.GetAsync("/docs");
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var policy = answer.Headers.TryGetValues("Content-Security-Policy", out var values) ? values.Single() : "";
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);

        var scripts = PageTests.Reference().Matches(html).Select(match => match.Groups[1].Value).Where(path => path.Contains(".js", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
        {
            using var file = await host.Http.GetAsync(new Uri(answer.RequestMessage!.RequestUri!, script));
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            Assert.NotEmpty(await file.Content.ReadAsByteArrayAsync());
        }
    }
}
