using System.Diagnostics;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>What strangers may take together: time, connections and logins.</summary>
[Collection(Refusals.OneAtATime)]
public sealed class BeforeLoginTests : IDisposable
{
    private readonly string folder = IngestHost.NewFolder();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    public async Task A_stranger_that_does_not_log_in_is_closed_when_its_time_is_up(int sent)
    {
        await using var host = await IngestHost.StartAsync(folder, ("SmartCity:Mqtt:Listen:ConnectSeconds", "0.5"));
        using var refusals = new Refusals();
        var since = Stopwatch.StartNew();
        using var device = await RawDevice.ConnectAsync(host.Endpoint);
        await device.SendAsync(Wire.Connect(Wire.V5, "a", "a", "a")[..sent]);
        Assert.Empty(await device.ReadToEndAsync());
        Assert.True(since.Elapsed.TotalSeconds > 0.5, $"closed after {since.Elapsed}");
        Assert.Equal(["connect-timeout"], refusals.Reasons);
    }

    [Fact]
    public async Task A_byte_now_and_then_does_not_buy_time()
    {
        await using var host = await IngestHost.StartAsync(folder, ("SmartCity:Mqtt:Listen:ConnectSeconds", "0.5"));
        using var refusals = new Refusals();
        using var device = await RawDevice.ConnectAsync(host.Endpoint);
        var hello = Wire.Connect(Wire.V5, new string('a', 200), "a", "a");
        var sent = 0;
        var end = device.ReadToEndAsync();
        for (; sent < hello.Length && !end.IsCompleted; sent++)
        {
            await device.SendAsync([hello[sent]]);
            await Task.WhenAny(end, Task.Delay(100));
        }

        Assert.Empty(await end);
        Assert.True(sent < hello.Length, "the whole CONNECT was waited for");
        Assert.Equal(["connect-timeout"], refusals.Reasons);
    }

    [Fact]
    public async Task Connections_without_a_login_are_bounded_and_those_with_one_do_not_count()
    {
        await using var host = await IngestHost.StartAsync(folder, ("SmartCity:Mqtt:Listen:MaxConnectionsBeforeLogin", "3"));
        var secret = await host.AddAsync(Samples.DeviceA);
        using var refusals = new Refusals();
        using var device = new RawDevice();
        Assert.Equal(0, await device.LogInAsync(host.Endpoint, "a", "70b3d57ed0001001", secret));
        var strangers = new List<RawDevice>();
        for (var i = 0; i < 3; i++) strangers.Add(await RawDevice.ConnectAsync(host.Endpoint));
        await Eventually.Until(() => host.Door.BeforeLogin == 3, "three strangers at the door");

        using var more = await RawDevice.ConnectAsync(host.Endpoint);
        Assert.Empty(await more.ReadToEndAsync());
        Assert.Equal(["too-many-before-login"], refusals.Reasons);

        // A place is free when one leaves.
        strangers[0].Dispose();
        await Eventually.Until(() => host.Door.BeforeLogin == 2, "a free place");
        using var again = new RawDevice();
        Assert.Equal(0, await again.LogInAsync(host.Endpoint, "a", "70b3d57ed0001001", secret));
        foreach (var stranger in strangers) stranger.Dispose();
        await Eventually.Until(() => host.Door.BeforeLogin == 0 && host.Door.Connections == 1, "nobody but the device");
    }

    [Fact]
    public async Task Connections_of_one_address_are_bounded()
    {
        await using var host = await IngestHost.StartAsync(folder, ("SmartCity:Mqtt:Listen:MaxConnectionsPerAddress", "3"));
        using var refusals = new Refusals();
        var open = new List<RawDevice>();
        for (var i = 0; i < 3; i++) open.Add(await RawDevice.ConnectAsync(host.Endpoint));
        await Eventually.Until(() => host.Door.Connections == 3, "three connections");

        using var more = await RawDevice.ConnectAsync(host.Endpoint);
        Assert.Empty(await more.ReadToEndAsync());
        Assert.Equal(["too-many-of-address"], refusals.Reasons);
        foreach (var one in open) one.Dispose();
        await Eventually.Until(() => host.Door.Connections == 0 && host.Door.BeforeLogin == 0, "nobody");
    }

    [Fact]
    public async Task A_storm_of_logins_is_let_in_at_its_rate_and_the_rest_is_told_that_the_server_is_busy()
    {
        await using var host = await IngestHost.StartAsync(folder, ("SmartCity:Mqtt:Listen:LoginsPerSecond", "1"));
        var devices = new List<RawDevice>();
        for (var i = 0; i < 24; i++)
        {
            devices.Add(await RawDevice.ConnectAsync(host.Endpoint));
            await devices[i].SendAsync(Wire.Connect(i % 2 == 0 ? Wire.V311 : Wire.V5, "", $"nobody-{i}", "x"));
        }

        var answers = await Task.WhenAll(devices.Select(device => device.NextAsync(WirePacket.ConnAck)));

        // The others have had their turn, at which they are no device.
        Assert.InRange(answers.Count(answer => answer.Body[1] is 4 or 0x86), 5, 12);
        Assert.All(answers.Where((_, i) => i % 2 == 0), answer => Assert.Contains(answer.Body[1], new byte[] { 3, 4 }));
        Assert.All(answers.Where((_, i) => i % 2 == 1), answer => Assert.Contains(answer.Body[1], new byte[] { 0x89, 0x86 }));
        Assert.Contains(answers, answer => answer.Body[1] == 3);
        Assert.Contains(answers, answer => answer.Body[1] == 0x89);
        foreach (var device in devices)
        {
            Assert.Empty(await device.ReadToEndAsync());
            device.Dispose();
        }
    }
}
