using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Telemetry.Commands;

namespace SmartCityIoT.Devices.Tests.Downlink;

public class CommandLifeTests
{
    private const ulong Device = Registry.DeviceA;
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_command_goes_from_waiting_to_done_and_each_step_has_its_time()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        var created = registry.Now;
        var queued = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, "nguyen.van.a", None);
        Assert.Equal(CommandState.Waiting, (await OnlyAsync(registry)).State);

        registry.Clock.Advance(TimeSpan.FromSeconds(1));
        await registry.Downlink.NoteSentAsync([queued.Number], None);
        Assert.Equal(CommandState.Sent, (await OnlyAsync(registry)).State);
        registry.Clock.Advance(TimeSpan.FromSeconds(1));
        await registry.Downlink.NoteSentAsync([queued.Number], None);
        await registry.Downlink.NoteDeliveredAsync([queued.Number], None);
        Assert.Equal(CommandState.Delivered, (await OnlyAsync(registry)).State);
        Assert.Empty(await registry.Downlink.WaitingAsync(Device, 0, 10, None));
        registry.Clock.Advance(TimeSpan.FromSeconds(1));
        await registry.Downlink.NoteAnsweredAsync([new(Device, queued.CommandId, 0, 7, registry.Now)], None);

        var record = await OnlyAsync(registry);
        Assert.Equal(
            (CommandState.Done, "nguyen.van.a", created, created + 86_400_000L, created + 1_000, created + 2_000, created + 3_000, 7),
            (record.State, record.Actor, record.CreatedAt, record.ExpiresAt, record.SentAt, record.DeliveredAt, record.EndedAt, record.Detail));
    }

    [Theory]
    [InlineData(0, CommandState.Done)]
    [InlineData(1, CommandState.Refused)]
    [InlineData(2, CommandState.Failed)]
    [InlineData(3, CommandState.Unsupported)]
    [InlineData(4, CommandState.Expired)]
    [InlineData(5, CommandState.Failed)]
    [InlineData(255, CommandState.Failed)]
    public async Task An_answer_ends_a_command_and_the_first_one_stands(byte result, CommandState expected)
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        var queued = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, Registry.Actor, None);

        // A device can answer before the platform has noted that the command left.
        await AnswerAsync(registry, queued, result);
        Assert.False(registry.Downlink.HasWaiting(Device));
        var ended = await OnlyAsync(registry);
        Assert.Equal(expected, ended.State);

        registry.Clock.Advance(TimeSpan.FromMinutes(1));
        await AnswerAsync(registry, queued, 0);
        await AnswerAsync(registry, queued, 2);
        await registry.Downlink.NoteSentAsync([queued.Number], None);
        await registry.Downlink.NoteDeliveredAsync([queued.Number], None);
        Assert.Equal(ended with { Frame = default }, (await OnlyAsync(registry)) with { Frame = default });
    }

    [Fact]
    public async Task An_answer_to_nothing_changes_nothing()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        var queued = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, Registry.Actor, None);

        await registry.Downlink.NoteAnsweredAsync([new(Device, queued.CommandId + 1, 0, 0, registry.Now)], None);
        await registry.Downlink.NoteAnsweredAsync([new(Registry.DeviceB, queued.CommandId, 0, 0, registry.Now)], None);

        Assert.Equal(CommandState.Waiting, (await OnlyAsync(registry)).State);
    }

    [Fact]
    public async Task An_interval_that_a_device_took_over_is_its_interval_from_then_on()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        var queued = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.SetInterval(300), null, "nguyen.van.a", None);
        Assert.Equal(60, registry.Entry(Device).IntervalSeconds);
        await registry.Downlink.NoteDeliveredAsync([queued.Number], None);
        Assert.Equal(60, registry.Entry(Device).IntervalSeconds);

        await AnswerAsync(registry, queued, 0);

        Assert.Equal(300, registry.Entry(Device).IntervalSeconds);
        var row = (await registry.Devices.AuditAsync("device:70b3d57ed0001001", null, 10, None))[0];
        Assert.Equal(("nguyen.van.a", "device.interval", """{"interval":{"from":null,"to":300}}"""), (row.Actor, row.Action, row.Changes));
        await AnswerAsync(registry, queued, 0);
        Assert.Equal(row, (await registry.Devices.AuditAsync("device:70b3d57ed0001001", null, 10, None))[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task An_interval_that_it_did_not_take_over_is_not(byte result)
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        await AnswerAsync(registry, await registry.Downlink.EnqueueAsync(Device, DeviceCommand.SetInterval(300), null, Registry.Actor, None), result);

        Assert.Equal(60, registry.Entry(Device).IntervalSeconds);
    }

    [Fact]
    public async Task The_newest_command_decides_the_interval_in_whatever_order_answers_come()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        var older = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.SetInterval(300), null, Registry.Actor, None);
        var newer = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.SetInterval(20), null, Registry.Actor, None);

        await AnswerAsync(registry, newer, 0);
        await AnswerAsync(registry, older, 0);

        Assert.Equal(20, registry.Entry(Device).IntervalSeconds);
    }

    [Fact]
    public async Task Answers_of_many_devices_are_noted_at_once()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        await registry.AddAsync(Registry.Water(Registry.DeviceB));
        var older = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.SetInterval(300), null, "a", None);
        var newer = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.SetInterval(20), null, "b", None);
        var other = await registry.Downlink.EnqueueAsync(Registry.DeviceB, DeviceCommand.SetInterval(30), null, "c", None);

        CommandAnswer[] answers = [Answer(newer), Answer(older), Answer(other), Answer(other), new(Device, 1, 0, 0, registry.Now)];
        await registry.Downlink.NoteAnsweredAsync(answers, None);

        Assert.Equal((20, 30), (registry.Entry(Device).IntervalSeconds, registry.Entry(Registry.DeviceB).IntervalSeconds));
        Assert.False(registry.Downlink.HasWaiting(Device) || registry.Downlink.HasWaiting(Registry.DeviceB));
        var rows = (await registry.Devices.AuditAsync(null, null, 100, None)).Where(row => row.Action == "device.interval");
        Assert.Equal([("c", "device:70b3d57ed0001002"), ("b", "device:70b3d57ed0001001")], rows.Select(row => (row.Actor, row.Subject)));

        CommandAnswer Answer(QueuedCommand command) => new(command.Device, command.CommandId, 0, 0, registry.Now);
    }

    [Fact]
    public async Task A_retired_devices_answer_is_noted_and_moves_nothing()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        var queued = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.SetInterval(300), null, Registry.Actor, None);
        await registry.Devices.RetireAsync(Device, Registry.Actor, None);

        await AnswerAsync(registry, queued, 0);

        Assert.Equal(CommandState.Done, (await OnlyAsync(registry)).State);
        Assert.Equal(60, registry.Entry(Device).IntervalSeconds);
    }

    [Fact]
    public async Task What_expired_is_never_given_out_and_is_said_so_by_the_upkeep()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        var shortly = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, TimeSpan.FromSeconds(10), Registry.Actor, None);
        var longer = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.ReportNow, TimeSpan.FromDays(1), Registry.Actor, None);
        registry.Clock.Advance(TimeSpan.FromMilliseconds(9_999));
        Assert.Equal(2, (await registry.Downlink.WaitingAsync(Device, 0, 10, None)).Count);
        registry.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([longer.Number], (await registry.Downlink.WaitingAsync(Device, 0, 10, None)).Select(each => each.Number));

        await registry.RunUpkeepUntilAsync(() => StateOf(registry, shortly) == CommandState.Expired);
        Assert.Equal(CommandState.Waiting, StateOf(registry, longer));
        Assert.True(registry.Downlink.HasWaiting(Device));
        registry.Clock.Advance(TimeSpan.FromDays(1));
        await registry.Downlink.SweepAsync(None);
        Assert.False(registry.Downlink.HasWaiting(Device));
        Assert.Equal(CommandState.Expired, StateOf(registry, longer));
    }

    [Fact]
    public async Task A_receipt_that_was_on_the_way_when_the_command_expired_counts_and_so_does_its_answer()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        var queued = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, TimeSpan.FromSeconds(1), Registry.Actor, None);
        await registry.Downlink.NoteSentAsync([queued.Number], None);
        registry.Clock.Advance(TimeSpan.FromSeconds(1));
        await registry.Downlink.SweepAsync(None);
        Assert.Equal(CommandState.Expired, (await OnlyAsync(registry)).State);

        await registry.Downlink.NoteDeliveredAsync([queued.Number], None);
        var delivered = await OnlyAsync(registry);
        Assert.Equal((CommandState.Delivered, null), (delivered.State, delivered.EndedAt));
        await AnswerAsync(registry, queued, 0);
        Assert.Equal(CommandState.Done, (await OnlyAsync(registry)).State);
    }

    [Fact]
    public async Task A_cancelled_command_is_not_given_out_and_leaves_a_row_of_who_cancelled_it()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        var queued = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, Registry.Actor, None);
        await registry.Downlink.CancelAsync(Device, queued.Number, "nguyen.van.b", None);

        Assert.Empty(await registry.Downlink.WaitingAsync(Device, 0, 10, None));
        Assert.False(registry.Downlink.HasWaiting(Device));
        Assert.Equal(CommandState.Cancelled, (await OnlyAsync(registry)).State);
        var row = (await registry.Devices.AuditAsync("device:70b3d57ed0001001", null, 10, None))[0];
        Assert.Equal(("nguyen.van.b", "command.cancel", $$"""{"number":{{queued.Number}}}"""), (row.Actor, row.Action, row.Changes));

        await Assert.ThrowsAsync<DeviceConflictException>(() => registry.Downlink.CancelAsync(Device, queued.Number, Registry.Actor, None));
        await Assert.ThrowsAsync<CommandNotFoundException>(() => registry.Downlink.CancelAsync(Device, 99, Registry.Actor, None));
        await Assert.ThrowsAsync<CommandNotFoundException>(() => registry.Downlink.CancelAsync(Registry.DeviceB, queued.Number, Registry.Actor, None));
    }

    [Fact]
    public async Task Giving_a_command_leaves_a_row_of_who_gave_what()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        await registry.Downlink.EnqueueAsync(Device, DeviceCommand.SetDimLevel(35, 600), null, "nguyen.van.a", None);

        var row = (await registry.Devices.AuditAsync("device:70b3d57ed0001001", null, 10, None))[0];
        Assert.Equal(("nguyen.van.a", "command.enqueue"), (row.Actor, row.Action));
        Assert.Equal($$"""{"number":1,"command":"setDimLevel","arguments":"235802","expiresAt":{{registry.Now + 86_400_000}}}""", row.Changes);
        await Assert.ThrowsAsync<DeviceInputException>(() => registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, " ", None));
    }

    [Fact]
    public async Task What_ended_long_ago_is_forgotten_and_what_is_open_is_not()
    {
        await using var registry = await Registry.OpenAsync(("SmartCity:Devices:CommandRetentionDays", "10"));
        await registry.AddAsync(Registry.Water(Device));
        var done = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, Registry.Actor, None);
        var unanswered = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, Registry.Actor, None);
        await AnswerAsync(registry, done, 0);
        await registry.Downlink.NoteDeliveredAsync([unanswered.Number], None);
        registry.Clock.Advance(TimeSpan.FromDays(9));
        var open = await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, TimeSpan.FromDays(30), Registry.Actor, None);
        await registry.Downlink.SweepAsync(None);
        Assert.Equal(3, (await registry.Downlink.ListAsync(Device, null, 10, None)).Count);

        registry.Clock.Advance(TimeSpan.FromDays(2));
        await registry.Downlink.SweepAsync(None);

        Assert.Equal([open.Number], (await registry.Downlink.ListAsync(Device, null, 10, None)).Select(each => each.Number));
    }

    [Fact]
    public async Task The_list_is_newest_first_and_read_on_by_number()
    {
        await using var registry = await Registry.OpenAsync();
        await registry.AddAsync(Registry.Water(Device));
        for (var index = 0; index < 5; index++) await registry.Downlink.EnqueueAsync(Device, DeviceCommand.Reboot, null, Registry.Actor, None);

        Assert.Equal([5L, 4], (await registry.Downlink.ListAsync(Device, null, 2, None)).Select(each => each.Number));
        Assert.Equal([3L, 2, 1], (await registry.Downlink.ListAsync(Device, 4, 10, None)).Select(each => each.Number));
        Assert.Empty(await registry.Downlink.ListAsync(Registry.DeviceB, null, 10, None));
    }

    private static Task AnswerAsync(Registry registry, QueuedCommand command, byte result) =>
        registry.Downlink.NoteAnsweredAsync([new(Device, command.CommandId, result, 0, registry.Now)], None);

    private static async Task<CommandRecord> OnlyAsync(Registry registry) => Assert.Single(await registry.Downlink.ListAsync(Device, null, 10, None));

    private static CommandState StateOf(Registry registry, QueuedCommand command) =>
        registry.Downlink.ListAsync(Device, command.Number + 1, 1, None).GetAwaiter().GetResult()[0].State;
}
