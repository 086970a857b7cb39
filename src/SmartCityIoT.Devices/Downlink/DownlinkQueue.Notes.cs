using Microsoft.EntityFrameworkCore;
using SmartCityIoT.Devices.Database.Rows;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Commands;

namespace SmartCityIoT.Devices.Downlink;

/// <summary>What becomes of commands that were given out.</summary>
public sealed partial class DownlinkQueue
{
    /// <summary>Who notes an answer; no audit row has it, since an answer is an observation.</summary>
    private const string PlatformActor = "platform";

    /// <summary>Unix ms from which old commands are looked for again. The upkeep's alone.</summary>
    private long nextDelete;

    /// <summary>They left: from now on they are <see cref="QueuedCommand.WasSent"/>. Numbers that do not wait any longer are left as they are.</summary>
    public async Task NoteSentAsync(IReadOnlyList<long> numbers, CancellationToken cancellation)
    {
        if (numbers.Count == 0) return;
        await registry.WriteRowsAsync(
            connection =>
            {
                DownlinkTable.MarkSent(connection, numbers, Now);
                return numbers.Count;
            },
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Their receipt was acknowledged, by the device or by the broker before it: they are not given out again.</summary>
    public async Task NoteDeliveredAsync(IReadOnlyList<long> numbers, CancellationToken cancellation)
    {
        if (numbers.Count == 0) return;
        var devices = await registry.WriteRowsAsync(connection => DownlinkTable.MarkDelivered(connection, numbers, Now), cancellation).ConfigureAwait(false);
        waiting.Recount(devices);
    }

    /// <summary>
    /// Devices answered. The same answer again, and one to a command that is not known, changes nothing. A reporting interval that a device
    /// has taken over becomes its interval in the registry, in the name of who gave the command.
    /// </summary>
    public async Task NoteAnsweredAsync(IReadOnlyList<CommandAnswer> answers, CancellationToken cancellation)
    {
        // Most answers that a replay of the journal brings were noted before: to find that out waits for nobody who writes.
        var fresh = Unanswered(answers);
        if (fresh.Count == 0) return;
        var noted = await registry.WriteAsync(
            PlatformActor,
            async write =>
            {
                var states = new List<CommandState>(fresh.Count);
                foreach (var answer in fresh)
                {
                    if (await NoteAsync(write, answer, cancellation).ConfigureAwait(false) is { } state) states.Add(state);
                }

                return states;
            },
            cancellation).ConfigureAwait(false);
        foreach (var state in noted) CountEnded(state);
        waiting.Recount([.. fresh.Select(answer => answer.Device).Distinct()]);
    }

    /// <summary>Ends what has expired, and forgets what ended long ago.</summary>
    internal async Task SweepAsync(CancellationToken cancellation)
    {
        var now = Now;
        using (var connection = database.Open())
        {
            if (!DownlinkTable.AnyDue(connection, now) && now < nextDelete) return;
        }

        var expired = await registry.WriteRowsAsync(
            connection =>
            {
                if (now >= nextDelete) DownlinkTable.DeleteOlder(connection, now - (long)TimeSpan.FromDays(options.CommandRetentionDays).TotalMilliseconds);
                return DownlinkTable.MarkExpired(connection, now);
            },
            cancellation).ConfigureAwait(false);
        if (now >= nextDelete) nextDelete = now + (long)TimeSpan.FromHours(1).TotalMilliseconds;
        foreach (var _ in expired) CountEnded(CommandState.Expired);
        waiting.Recount(expired);
    }

    private static CommandState StateOf(byte result) => result switch
    {
        0 => CommandState.Done,
        1 => CommandState.Refused,
        3 => CommandState.Unsupported,
        4 => CommandState.Expired,
        _ => CommandState.Failed,
    };

    private List<CommandAnswer> Unanswered(IReadOnlyList<CommandAnswer> answers)
    {
        if (answers.Count == 0) return [];
        using var connection = database.Open();
        return [.. answers.Where(answer => DownlinkTable.IsUnanswered(connection, answer.Device, answer.CommandId))];
    }

    /// <returns>The command's new state; null where the answer is no news.</returns>
    private static async Task<CommandState?> NoteAsync(RegistryWrite write, CommandAnswer answer, CancellationToken cancellation)
    {
        var id = DeviceId.Format(answer.Device);
        var row = await write.Context.Commands.SingleOrDefaultAsync(each => each.Device == id && each.CommandId == answer.CommandId, cancellation)
            .ConfigureAwait(false);
        // An answer has a detail, if only 0; what expired in the queue or was cancelled has none, and can still be answered.
        if (row is null || row.Detail is not null) return null;
        row.State = StateOf(answer.Result);
        row.Detail = answer.Detail;
        row.EndedAt = answer.ReceivedAt;
        if (row.State == CommandState.Done && row.Kind == CommandName.Of(CommandKind.SetInterval))
        {
            await TakeOverIntervalAsync(write, row, answer.Device, cancellation).ConfigureAwait(false);
        }

        return row.State;
    }

    private static async Task TakeOverIntervalAsync(RegistryWrite write, CommandRow row, ulong device, CancellationToken cancellation)
    {
        // Answers can come out of order; the newest command that was carried out is what the device does. One of the same write counts too.
        await write.Context.SaveChangesAsync(cancellation).ConfigureAwait(false);
        var isOutdated = await write.Context.Commands.AnyAsync(
            each => each.Device == row.Device && each.CommandId > row.CommandId && each.Kind == row.Kind && each.State == CommandState.Done, cancellation)
            .ConfigureAwait(false);
        if (isOutdated) return;

        var owner = await write.Context.Devices.FindAsync([row.Device], cancellation).ConfigureAwait(false);
        if (owner is not { Lifecycle: not Lifecycle.Retired }) return;
        var inItsName = write with { Audit = new AuditTrail(write.Rows, row.Actor, write.Now) };
        DeviceRegistry.SetInterval(inItsName, owner, device, SecondsOf(row));
    }

    private static int SecondsOf(CommandRow row)
    {
        CommandDecoder.TryDecode(row.Frame, out var frame);
        return frame.Seconds;
    }
}
