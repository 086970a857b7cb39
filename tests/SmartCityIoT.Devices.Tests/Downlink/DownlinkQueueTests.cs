using System.Buffers.Text;
using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Telemetry.Commands;

namespace SmartCityIoT.Devices.Tests.Downlink;

public class DownlinkQueueTests
{
    private const ulong Device = Registry.DeviceA;
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_command_waits_with_a_frame_that_the_device_can_prove()
    {
        await using var registry = await Registry.OpenAsync();
        var provisioned = await registry.AddAsync(Registry.Water(Device));

        var queued = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.SetInterval(300), TimeSpan.FromHours(1), Registry.Actor, None);

        var waiting = Assert.Single(await registry.Downlink.WaitingAsync(Device, 0, 10, None));
        Assert.Equal((queued.Number, Device, queued.CommandId, false), (waiting.Number, waiting.Device, waiting.CommandId, waiting.WasSent));
        Assert.Equal(registry.Clock.GetUtcNow().AddHours(1), waiting.ExpiresAt);
        Assert.Equal(queued.Frame.ToArray(), waiting.Frame.ToArray());
        Assert.Equal(CommandStatus.Ok, CommandDecoder.TryDecode(waiting.Frame.Span, out var frame));
        Assert.Equal(new CommandHeader(queued.CommandId, Device, registry.Now + 3_600_000), frame.Header);
        Assert.Equal((CommandKind.SetInterval, 300), (frame.Kind, frame.Seconds));
        Assert.True(frame.IsSignedWith(Base64Url.DecodeFromChars(provisioned.CommandKey)));
    }

    [Fact]
    public async Task Each_device_has_a_command_key_of_its_own_that_stays_with_it()
    {
        await using var registry = await Registry.OpenAsync();
        var a = await registry.AddAsync(Registry.Water(Device));
        var b = await registry.AddAsync(Registry.Water(Registry.DeviceB));
        var again = await registry.Devices.IssueCredentialAsync(Device, Registry.Actor, None);

        Assert.Equal(43, a.CommandKey.Length);
        Assert.NotEqual(a.CommandKey, b.CommandKey);
        Assert.NotEqual(a.CommandKey, a.Secret);
        Assert.Equal(a.CommandKey, again.CommandKey);
        Assert.DoesNotContain(a.CommandKey, a.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_come_in_order_with_ids_that_grow_and_are_paged_by_number()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        await registry.AddAsync(Registry.Water(Registry.DeviceB));
        var numbers = new List<long>();
        for (var index = 0; index < 10; index++)
        {
            numbers.Add((await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Identify(index + 1), null, Registry.Actor, None)).Number);
            await registry.Downlink.EnqueueAsync(Registry.DeviceB, DeviceCommand.Reboot, null, Registry.Actor, None);
        }

        var all = await registry.Downlink.WaitingAsync(Device, 0, 100, None);
        Assert.Equal(numbers, all.Select(each => each.Number));
        Assert.Equal(all.Select(each => each.CommandId).Distinct().Order(), all.Select(each => each.CommandId));
        Assert.All(all, each => Assert.Equal(Device, each.Device));
        Assert.Equal(numbers.Take(3), (await registry.Downlink.WaitingAsync(Device, 0, 3, None)).Select(each => each.Number));
        Assert.Equal(numbers.Skip(3), (await registry.Downlink.WaitingAsync(Device, numbers[2], 100, None)).Select(each => each.Number));
    }

    [Fact]
    public async Task Ids_grow_through_a_clock_that_was_set_back_and_through_the_loss_of_old_rows()
    {
        await using var registry = await Registry.OpenAsync(("SmartCity:Devices:CommandRetentionDays", "1"));
        await registry.AddAsync(Registry.Water(Device));
        registry.Clock.Advance(TimeSpan.FromDays(2));
        var newest = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, Registry.Actor, None);
        registry.Clock.AdjustTime(registry.Clock.GetUtcNow().AddDays(-1));
        var next = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, Registry.Actor, None);
        Assert.Equal(newest.CommandId + 1, next.CommandId);

        foreach (var number in new[] { newest.Number, next.Number }) await registry.Downlink.CancelAsync(Device, number, Registry.Actor, None);
        registry.Clock.Advance(TimeSpan.FromDays(3));
        await registry.Downlink.SweepAsync(None);
        Assert.Equal([next.Number], (await registry.Downlink.ListAsync(Device, null, 10, None)).Select(each => each.Number));
    }

    [Fact]
    public async Task It_rings_for_the_device_and_knows_who_has_something_waiting()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        var rings = new List<ulong>();
        registry.Downlink.Rang += rings.Add;
        Assert.False(registry.Downlink.HasWaiting(Device));

        var first = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, Registry.Actor, None);
        var second = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, Registry.Actor, None);
        Assert.Equal([Device, Device], rings);
        Assert.True(registry.Downlink.HasWaiting(Device));
        Assert.False(registry.Downlink.HasWaiting(Registry.DeviceB));

        await registry.Downlink.NoteSentAsync([first.Number, second.Number], None);
        Assert.True(registry.Downlink.HasWaiting(Device));
        await registry.Downlink.NoteDeliveredAsync([first.Number], None);
        Assert.True(registry.Downlink.HasWaiting(Device));
        await registry.Downlink.NoteDeliveredAsync([second.Number], None);
        Assert.False(registry.Downlink.HasWaiting(Device));
        Assert.Equal(2, rings.Count);
    }

    [Fact]
    public async Task Asking_who_has_something_waiting_allocates_nothing()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, Registry.Actor, None);
        Run(1_000);
        Assert.Equal(0, Allocated.By(() => Run(100_000)));

        void Run(int times)
        {
            for (var round = 0; round < times; round++)
            {
                if (!registry.Downlink.HasWaiting(Device) || registry.Downlink.HasWaiting(Registry.DeviceB)) throw new InvalidOperationException("the index is wrong");
            }
        }
    }

    [Fact]
    public async Task The_bell_rings_for_a_command_that_another_process_gave()
    {
        await using var server = await Registry.OpenAsync();
        await server.AddAsync(Registry.Water(Device));
        var rings = new List<ulong>();
        server.Downlink.Rang += rings.Add;
        Assert.False(server.Downlink.HasWaiting(Device));
        await using var tool = await server.OpenAnotherAsync();

        await tool.Downlink.EnqueueAsync(Device, DeviceCommand.ReportNow, null, Registry.Actor, None);
        await server.RunUpkeepUntilAsync(() => server.Downlink.HasWaiting(Device));

        Assert.Equal([Device], rings);
    }

    [Fact]
    public async Task A_queue_has_a_limit_that_counts_what_is_open()
    {
        await using var registry = await Registry.OpenAsync(("SmartCity:Devices:CommandsWaitingPerDevice", "2"));
        await registry.AddAsync(Registry.Water(Device));
        await registry.AddAsync(Registry.Water(Registry.DeviceB));
        var first = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, Registry.Actor, None);
        await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, TimeSpan.FromSeconds(10), Registry.Actor, None);

        var problem = await Assert.ThrowsAsync<DeviceConflictException>(() => registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, Registry.Actor, None));
        Assert.StartsWith("2 commands wait for device 70b3d57ed0001001 already", problem.Message, StringComparison.Ordinal);
        await registry.Downlink.EnqueueAsync(Registry.DeviceB, DeviceCommand.Reboot, null, Registry.Actor, None);

        await registry.Downlink.NoteDeliveredAsync([first.Number], None);
        await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, Registry.Actor, None);
        await Assert.ThrowsAsync<DeviceConflictException>(() => registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, Registry.Actor, None));
        // One that has expired takes no room, although the upkeep has not come by.
        registry.Clock.Advance(TimeSpan.FromSeconds(10));
        await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, Registry.Actor, None);
    }

    [Fact]
    public async Task Unknown_and_retired_devices_and_lifetimes_outside_their_limits_are_refused()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        await Assert.ThrowsAsync<DeviceNotFoundException>(() => Enqueue(Registry.DeviceB, DeviceCommand.Reboot, null));
        await Assert.ThrowsAsync<DeviceInputException>(() => Enqueue(Device, DeviceCommand.Reboot, TimeSpan.Zero));
        await Assert.ThrowsAsync<DeviceInputException>(() => Enqueue(Device, DeviceCommand.Reboot, TimeSpan.FromDays(30) + TimeSpan.FromSeconds(1)));
        await Assert.ThrowsAsync<DeviceInputException>(() => Enqueue(Device, DeviceCommand.SetClock(1), TimeSpan.FromSeconds(61)));
        Assert.Equal(registry.Clock.GetUtcNow().AddSeconds(30), (await Enqueue(Device, DeviceCommand.SetClock(1), null)).ExpiresAt);
        Assert.Equal(registry.Clock.GetUtcNow().AddDays(1), (await Enqueue(Device, DeviceCommand.Reboot, null)).ExpiresAt);
        Assert.Equal(registry.Clock.GetUtcNow().AddDays(30), (await Enqueue(Device, DeviceCommand.Reboot, TimeSpan.FromDays(30))).ExpiresAt);

        await registry.Devices.RetireAsync(Device, Registry.Actor, None);
        await Assert.ThrowsAsync<DeviceConflictException>(() => Enqueue(Device, DeviceCommand.Reboot, null));

        Task<QueuedCommand> Enqueue(ulong device, DeviceCommand command, TimeSpan? lifetime) =>
            registry.Downlink.EnqueueAsync(device, command, lifetime, Registry.Actor, None);
    }

    [Fact]
    public async Task A_restart_finds_what_waits_and_what_left()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        var sent = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, Registry.Actor, None);
        var unsent = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.ReportNow, null, Registry.Actor, None);
        await registry.Downlink.NoteSentAsync([sent.Number], None);

        await using var restarted = await registry.OpenAnotherAsync();
        var rings = new List<ulong>();
        restarted.Downlink.Rang += rings.Add;
        Assert.True(restarted.Downlink.HasWaiting(Device));
        var waiting = await restarted.Downlink.WaitingAsync(Device, 0, 10, None);
        Assert.Equal([(sent.Number, true), (unsent.Number, false)], waiting.Select(each => (each.Number, each.WasSent)));
        // What was there before is no news.
        restarted.Downlink.Ring();
        Assert.Empty(rings);
    }
}
