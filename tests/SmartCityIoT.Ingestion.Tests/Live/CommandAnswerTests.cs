using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Telemetry.Commands;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Ingestion.Tests.Live;

/// <summary>From the frame in which a device answers to the command that it answers.</summary>
public sealed class CommandAnswerTests : IDisposable
{
    private readonly string folder = IngestHost.NewFolder();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task An_answer_reaches_its_command_before_the_position_is_saved_and_changes_nothing_when_it_comes_again()
    {
        QueuedCommand command;
        byte[] answer;
        await using (var first = await IngestHost.StartAsync(folder))
        {
            await first.AddAsync(Samples.DeviceA);
            command = await first.Downlink.EnqueueAsync(Samples.DeviceA, DeviceCommand.SetInterval(300), null, "test", CancellationToken.None);
            answer = Samples.Acknowledgement(Samples.Header(Samples.DeviceA, 1, IngestHost.Now, sector: 0), new AcknowledgementBody(command.CommandId, 0, 7));
            await first.SendAsync(Samples.Pressure(Samples.DeviceA, 2, IngestHost.Now));
            await first.SendAsync(answer);
            await first.SavedAsync();
            await CheckAsync(first);
        }

        await using var second = await IngestHost.StartAsync(folder);
        await second.SendAsync(answer);
        // The same answer in a frame of its own, as a device sends it that lost the acknowledgement and its memory.
        await second.SendAsync(Samples.Acknowledgement(
            Samples.Header(Samples.DeviceA, 9, IngestHost.Now, boot: 2, sector: 0), new AcknowledgementBody(command.CommandId, 2, 0)));
        await second.SavedAsync();
        await CheckAsync(second);
    }

    [Fact]
    public async Task An_answer_to_a_command_that_nobody_gave_stalls_nobody()
    {
        await using var host = await IngestHost.StartAsync(folder);
        await host.AddAsync(Samples.DeviceA);
        await host.SendAsync(Samples.Acknowledgement(Samples.Header(Samples.DeviceA, 1, IngestHost.Now, sector: 0), new AcknowledgementBody(99, 0, 0)));
        await host.SavedAsync();

        Assert.Empty(await host.Downlink.ListAsync(Samples.DeviceA, null, 10, CancellationToken.None));
        Assert.Empty(host.DeadLetters());
    }

    private static async Task CheckAsync(IngestHost host)
    {
        var record = Assert.Single(await host.Downlink.ListAsync(Samples.DeviceA, null, 10, CancellationToken.None));
        Assert.Equal((CommandState.Done, (int?)7), (record.State, record.Detail));
        Assert.Equal(300, (await host.Registry.FindAsync(Samples.DeviceA, CancellationToken.None))!.IntervalSeconds);
        Assert.Single(await host.Registry.AuditAsync(null, null, 100, CancellationToken.None), row => row.Action == "device.interval");
    }
}
