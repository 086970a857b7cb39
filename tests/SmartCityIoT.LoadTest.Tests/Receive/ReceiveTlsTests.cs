using SmartCityIoT.LoadTest.Peers;
using SmartCityIoT.LoadTest.Receive;

namespace SmartCityIoT.LoadTest.Tests.Receive;

public class ReceiveTlsTests
{
    /// <summary>Every message is accounted for by the runner, which throws where one is not.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Every_contender_receives_and_is_timed(int qos)
    {
        using var certificate = new PeerCertificate();
        var runner = new ReceiveRunner(new ReceiveOptions { Devices = 60, WarmUp = TimeSpan.FromSeconds(0.2), Window = TimeSpan.FromSeconds(0.3) });
        foreach (var contender in ReceiveTlsMeasurement.Contenders(certificate))
        {
            var run = await runner.MeasureAsync(contender, qos, CancellationToken.None);

            // Peers of other tests have threads in this process too, under the same names: their time says nothing here.
            Assert.True(run is { MessagesPerSecond: > 0, Processor.Receive: > 0 }, $"{run}");
        }
    }
}
