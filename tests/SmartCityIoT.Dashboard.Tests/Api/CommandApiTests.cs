using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Telemetry.Commands;
using static SmartCityIoT.Dashboard.Tests.DashboardHost;

namespace SmartCityIoT.Dashboard.Tests.Api;

public class CommandApiTests
{
    private const string Commands = "/api/v1/devices/70b3d57ed0001001/commands";

    [Fact]
    public async Task A_command_given_waits_and_is_listed_with_what_became_of_it()
    {
        await using var host = await StartAsync();
        using var given = await host.PostAsync(Commands, new { command = "setInterval", seconds = 300, lifetimeSeconds = 600 });
        var body = JsonDocument.Parse(await given.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((HttpStatusCode.Created, Commands + "/1"), (given.StatusCode, given.Headers.Location?.ToString()));
        Assert.Equal(
            ["number", "commandId", "command", "state", "actor", "createdAt", "expiresAt", "sentAt", "deliveredAt", "endedAt", "detail", "seconds"],
            Members(body));
        Assert.Equal(("setInterval", "waiting", "local", 300), (Text("command"), Text("state"), Text("actor"), body.GetProperty("seconds").GetInt32()));
        Assert.Equal(600_000, body.GetProperty("expiresAt").GetInt64() - body.GetProperty("createdAt").GetInt64());

        var queue = host.App.Services.GetRequiredService<DownlinkQueue>();
        var waiting = Assert.Single(await queue.WaitingAsync(WaterA, 0, 10, CancellationToken.None));
        await queue.NoteDeliveredAsync([waiting.Number], CancellationToken.None);
        await queue.NoteAnsweredAsync([new(WaterA, waiting.CommandId, 0, 9, host.Now)], CancellationToken.None);

        var listed = Assert.Single(Items(await host.GetAsync(Commands)));
        Assert.Equal(("done", 9), (listed.GetProperty("state").GetString(), listed.GetProperty("detail").GetInt32()));
        Assert.Equal(300, (await host.GetAsync("/api/v1/devices/70b3d57ed0001001")).GetProperty("interval").GetInt32());

        string? Text(string member) => body.GetProperty(member).GetString();
    }

    [Theory]
    [InlineData("""{"command":"reportNow"}""", CommandKind.ReportNow, "")]
    [InlineData("""{"command":"reboot"}""", CommandKind.Reboot, "")]
    [InlineData("""{"command":"setInterval","seconds":60}""", CommandKind.SetInterval, "3c00")]
    [InlineData("""{"command":"identify","seconds":65535}""", CommandKind.Identify, "ffff")]
    [InlineData("""{"command":"setClock","time":1767225600000}""", CommandKind.SetClock, "00a8da769b01")]
    [InlineData("""{"command":"setDimLevel","percent":35}""", CommandKind.SetDimLevel, "230000")]
    [InlineData("""{"command":"setDimLevel","percent":0,"minutes":600}""", CommandKind.SetDimLevel, "005802")]
    [InlineData("""{"command":"setSchedule","steps":[{"minute":0,"percent":50},{"minute":1439,"percent":0}]}""", CommandKind.SetSchedule, "020000329f0500")]
    public async Task Each_command_is_taken_and_read_back_as_it_was_given(string body, CommandKind kind, string arguments)
    {
        await using var host = await StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var given = await host.Http.PostAsync(Commands, content);
        Assert.Equal(HttpStatusCode.Created, given.StatusCode);

        var waiting = Assert.Single(await host.App.Services.GetRequiredService<DownlinkQueue>().WaitingAsync(WaterA, 0, 10, CancellationToken.None));
        CheckFrame(waiting.Frame.Span, kind, arguments);
        var listed = Assert.Single(Items(await host.GetAsync(Commands)));
        foreach (var member in JsonDocument.Parse(body).RootElement.EnumerateObject())
        {
            Assert.Equal(member.Value.GetRawText(), listed.GetProperty(member.Name).GetRawText());
        }
    }

    [Fact]
    public async Task What_is_wrong_names_the_member()
    {
        await using var host = await StartAsync();
        foreach (var (member, body) in new (string, object)[]
        {
            ("command", new { seconds = 5 }),
            ("command", new { command = "explode" }),
            ("command", new { command = "ReportNow" }),
            ("seconds", new { command = "setInterval" }),
            ("seconds", new { command = "setInterval", seconds = 0 }),
            ("seconds", new { command = "identify", seconds = 65_536 }),
            ("seconds", new { command = "reboot", seconds = 5 }),
            ("time", new { command = "setClock", time = -1 }),
            ("time", new { command = "reportNow", time = 1 }),
            ("percent", new { command = "setDimLevel" }),
            ("percent", new { command = "setDimLevel", percent = 101 }),
            ("minutes", new { command = "setDimLevel", percent = 1, minutes = -1 }),
            ("steps", new { command = "setSchedule" }),
            ("steps", new { command = "setSchedule", steps = new[] { new { minute = 5, percent = 1 }, new { minute = 5, percent = 2 } } }),
            ("lifetimeSeconds", new { command = "reboot", lifetimeSeconds = 0 }),
            ("lifetimeSeconds", new { command = "setClock", lifetimeSeconds = 61 }),
        })
        {
            using var answer = await host.PostAsync(Commands, body);
            Assert.Equal([member], Members((await ProblemAsync(answer, HttpStatusCode.BadRequest)).GetProperty("errors")));
        }

        using (var mistyped = await host.PostAsync(Commands, new { command = "setInterval", secs = 5 })) await ProblemAsync(mistyped, HttpStatusCode.BadRequest);
        using (var unknown = await host.PostAsync("/api/v1/devices/70b3d57ed00010ff/commands", new { command = "reboot" })) await ProblemAsync(unknown, HttpStatusCode.NotFound);
        Assert.Empty(Items(await host.GetAsync(Commands)));
    }

    [Fact]
    public async Task A_command_is_cancelled_once_and_a_full_queue_refuses()
    {
        await using var host = await StartAsync();
        for (var number = 1; number <= 100; number++) (await host.PostAsync(Commands, new { command = "identify", seconds = number })).Dispose();
        using (var full = await host.PostAsync(Commands, new { command = "reboot" })) await ProblemAsync(full, HttpStatusCode.Conflict);

        using (var cancelled = await host.Http.DeleteAsync(Commands + "/1")) Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);
        using (var again = await host.Http.DeleteAsync(Commands + "/1")) await ProblemAsync(again, HttpStatusCode.Conflict);
        using (var missing = await host.Http.DeleteAsync(Commands + "/999")) await ProblemAsync(missing, HttpStatusCode.NotFound);
        using (var room = await host.PostAsync(Commands, new { command = "reboot" })) Assert.Equal(HttpStatusCode.Created, room.StatusCode);

        var seen = new List<long>();
        string? next = null;
        do
        {
            var page = await host.GetAsync(Commands + "?limit=7" + (next is null ? "" : "&after=" + next));
            seen.AddRange(Items(page).Select(item => item.GetProperty("number").GetInt64()));
            Assert.InRange(seen.Count, 1, 101);
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        Assert.Equal(Enumerable.Range(1, 101).Reverse().Select(number => (long)number), seen);
    }

    private static void CheckFrame(ReadOnlySpan<byte> bytes, CommandKind kind, string arguments)
    {
        Assert.Equal(CommandStatus.Ok, CommandDecoder.TryDecode(bytes, out var frame));
        Assert.Equal((kind, arguments), (frame.Kind, Convert.ToHexStringLower(frame.Arguments)));
    }
}
