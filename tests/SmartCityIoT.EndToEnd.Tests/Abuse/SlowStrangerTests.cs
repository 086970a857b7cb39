using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SmartCityIoT.EndToEnd.Tests.Faults.Wire;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Abuse;

/// <summary>
/// A thousand strangers that take their time: with nothing, with a byte now and then, with a handshake that is never finished. They are closed when their time
/// is up, take little until then, and a device still comes in beside them.
/// </summary>
[Collection(Alone.Name)]
public sealed partial class SlowStrangerTests
{
    /// <summary>
    /// Megabytes that a thousand TLS handshakes may take to which the platform has answered and which are never finished. Each holds keys and buffers in OpenSSL,
    /// 80 to 100 KB as measured; the bound leaves half as much again, and MaxConnections bounds their number.
    /// </summary>
    private const double MostMegabytesOfHandshakes = 150;

    /// <summary>The same while half of the hello is waited for: 25 to 45 KB each as measured.</summary>
    private const double MostMegabytesOfHellos = 75;

    /// <summary>
    /// Milliseconds of a processor that one stranger may take until it is closed, 0.6 as measured, and with a handshake to which the platform answers, 1.5. They are
    /// the same on a machine that has much else to do; a thousand that were looked at again and again would take all there is.
    /// </summary>
    private const double MostMilliseconds = 2, MostMillisecondsOfHandshake = 4;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>The time for a login unless it is set.</summary>
    private static readonly TimeSpan LoginTime = TimeSpan.FromSeconds(10);

    /// <summary>A shorter one, where what counts is what the strangers take meanwhile.</summary>
    private static readonly TimeSpan ShortLoginTime = TimeSpan.FromSeconds(4.5);

    /// <summary>How much later than its time a stranger may be closed: the platform looks four times a second, and the machine may be busy.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_crowd_that_says_nothing_and_one_that_sends_a_byte_a_second_are_closed_after_ten_seconds_and_take_little()
    {
        await using var rig = await AbuseRig.StartAsync(devices: 1);
        var (id, secret) = rig.Devices[0];
        var login = Packets.Login(id, secret, isVersion5: true);
        var sent = 0;
        await MeasureAsync(rig, rig.Port, crowds: 2, LoginTime, AbuseRig.MostMegabytes, MostMilliseconds, crowds => crowds[0].Send(login.AsSpan(sent++, 1)));
    }

    [Theory]
    [InlineData(0.5, MostMegabytesOfHellos, MostMilliseconds)]
    [InlineData(1, MostMegabytesOfHandshakes, MostMillisecondsOfHandshake)]
    public async Task A_crowd_that_never_finishes_its_TLS_handshake_is_closed_and_takes_what_is_known(double shareOfTheHello, double mostMegabytes, double mostMilliseconds)
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = TestCertificate.Write(folder.Path);
        await using var rig = await AbuseRig.StartAsync(
            devices: 1,
            "--SmartCity:Mqtt:Listen:ConnectSeconds", Text(ShortLoginTime),
            "--SmartCity:Mqtt:Listen:Tls:Port", "0",
            "--SmartCity:Mqtt:Listen:Tls:CertificateFile", certificate,
            "--SmartCity:Mqtt:Listen:Tls:KeyFile", key);
        var hello = await TestCertificate.ClientHelloAsync();
        var part = hello[..(int)(hello.Length * shareOfTheHello)];
        var isSaid = false;
        await MeasureAsync(rig, SecurePort(rig.Platform), crowds: 1, ShortLoginTime, mostMegabytes, mostMilliseconds, crowds =>
        {
            if (!isSaid) crowds[0].Send(part);
            isSaid = true;
        });
    }

    /// <param name="crowds">How many of a thousand each.</param>
    /// <param name="everySecond">What they do each second.</param>
    private static async Task MeasureAsync(AbuseRig rig, int port, int crowds, TimeSpan loginTime, double mostMegabytes, double mostMilliseconds, Action<IReadOnlyList<Crowd>> everySecond)
    {
        // What the platform takes for the first connections of its life is not what a crowd takes.
        Assert.True(await rig.LetsInAsync());
        using (await Crowd.ConnectAsync(port, 50)) await Task.Delay(100);
        var idle = rig.Watch.ResidentMegabytes;
        var (since, used) = (Stopwatch.GetTimestamp(), rig.Watch.ProcessorSeconds);
        var strangers = new List<Crowd>();
        for (var crowd = 0; crowd < crowds; crowd++) strangers.Add(await Crowd.ConnectAsync(port, AbuseRig.Crowd));
        var connected = Stopwatch.GetTimestamp();
        var closing = Task.WhenAll(strangers.Select(crowd => crowd.ClosedAsync(loginTime + Lateness)));
        var peak = await rig.Watch.PeakAsync(async () =>
        {
            everySecond(strangers);
            await Task.Delay(Second);
            everySecond(strangers);
            await Task.Delay(Second);

            // Still at the door, with a device that logs in beside it.
            Assert.False(closing.IsCompleted, "the crowd is gone already");
            Assert.True(await rig.LetsInAsync());
            while (!closing.IsCompleted)
            {
                everySecond(strangers);
                await Task.WhenAny(closing, Task.Delay(Second));
            }
        });
        var closed = (await closing).SelectMany(times => times).ToList();
        var milliseconds = (rig.Watch.ProcessorSeconds - used) * 1_000 / closed.Count;
        foreach (var crowd in strangers) crowd.Dispose();
        var (first, last) = (Stopwatch.GetElapsedTime(since, closed.Min()), Stopwatch.GetElapsedTime(connected, closed.Max()));
        Said.Line($"{closed.Count} strangers: {idle:F0} MB became {peak:F0} MB, {milliseconds:F1} ms of a processor for each, closed {first.TotalSeconds:F1} to {last.TotalSeconds:F1} s after they came");
        Assert.True(first >= loginTime, $"the first was closed after {first.TotalSeconds:F1} s");
        Assert.True(peak - idle <= mostMegabytes, $"{idle:F0} MB became {peak:F0} MB");
        Assert.True(milliseconds <= mostMilliseconds, $"the platform took {milliseconds:F1} ms of a processor for each");
        Assert.True(await rig.LetsInAsync());
        rig.AssertNoDefect();
    }

    private static int SecurePort(PlatformProcess platform) => int.Parse(SecureLine().Match(platform.Output).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"mqtts://\S+:(\d+)")]
    private static partial Regex SecureLine();

    private static string Text(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);
}
