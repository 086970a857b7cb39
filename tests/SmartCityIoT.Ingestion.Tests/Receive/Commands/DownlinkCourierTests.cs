using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Ingestion.Receive.Commands;
using SmartCityIoT.Telemetry.Commands;

namespace SmartCityIoT.Ingestion.Tests.Receive.Commands;

public sealed class DownlinkCourierTests : IDisposable
{
    private readonly string folder = IngestHost.NewFolder();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_round_that_failed_is_gone_through_again_and_nobody_has_to_ring()
    {
        await using var host = await IngestHost.StartAsync(folder);
        await host.AddAsync(Samples.DeviceA);
        await using var courier = new DownlinkCourier(host.Downlink, NullLogger<DownlinkCourier>.Instance);
        var carrier = new StumblingCarrier();
        courier.CarryElsewhere(carrier);
        var command = await host.Downlink.EnqueueAsync(Samples.DeviceA, DeviceCommand.ReportNow, null, "test", CancellationToken.None);

        await Eventually.Until(() => carrier.Carried == command.Number, "the command is carried");
    }

    private sealed class StumblingCarrier : ICommandCarrier
    {
        private bool hasStumbled;
        private long carried;

        public long Carried => Volatile.Read(ref carried);

        public long LastCommand(ulong device) => 0;

        public bool TryDeliver(byte[] topic, QueuedCommand command)
        {
            if (!hasStumbled)
            {
                hasStumbled = true;
                throw new InvalidOperationException("stumbled");
            }

            Volatile.Write(ref carried, command.Number);
            return true;
        }
    }
}
