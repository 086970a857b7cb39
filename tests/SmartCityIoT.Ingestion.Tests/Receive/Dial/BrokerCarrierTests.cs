using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Ingestion.Receive.Commands;
using SmartCityIoT.Ingestion.Receive.Dial;
using SmartCityIoT.Mqtt;
using SmartCityIoT.Telemetry.Commands;

namespace SmartCityIoT.Ingestion.Tests.Receive.Dial;

public sealed class BrokerCarrierTests : IDisposable
{
    private readonly string folder = IngestHost.NewFolder();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_command_that_was_read_from_the_queue_before_its_answer_came_is_not_sent_once_more()
    {
        await using var host = await IngestHost.StartAsync(folder);
        await host.AddAsync(Samples.DeviceA);
        await using var courier = new DownlinkCourier(host.Downlink, NullLogger<DownlinkCourier>.Instance);
        var post = new BrokerPost(TimeProvider.System);
        post.Open(() => { });
        using var carrier = new BrokerCarrier(courier, [[post]], TimeProvider.System, NullLogger<BrokerCarrier>.Instance);
        var first = await host.Downlink.EnqueueAsync(Samples.DeviceA, DeviceCommand.ReportNow, null, "test", CancellationToken.None);
        await AnswerAsync(first);
        await Eventually.Until(() => !host.Downlink.HasWaiting(Samples.DeviceA), "the command is noted as delivered");

        Assert.False(carrier.TryDeliver([], first));
        Assert.False(post.TryNext(1, out _));
        var second = await host.Downlink.EnqueueAsync(Samples.DeviceA, DeviceCommand.Reboot, null, "test", CancellationToken.None);
        await AnswerAsync(second);

        async Task AnswerAsync(QueuedCommand command)
        {
            OutgoingMessage? message = null;
            await Eventually.Until(() => post.TryNext(1, out message), "the command is at the broker's post");
            Assert.Equal(command.Number, message!.Command);
            post.Take(message.PacketId, ReasonCode.Success);
        }
    }
}
