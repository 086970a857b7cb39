using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using SmartCityIoT.Devices.Credentials;
using SmartCityIoT.Devices.Database;
using SmartCityIoT.Devices.Database.Rows;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Commands;

namespace SmartCityIoT.Devices.Downlink;

/// <summary>
/// Commands to devices, durable in <c>devices.db</c> from the moment that <see cref="EnqueueAsync"/> returns until they are answered,
/// expire or are cancelled. In order for each device, at least once: one that left and was not acknowledged is given out again.
/// Safe from any thread; another process may write at the same time.
/// </summary>
public sealed partial class DownlinkQueue : IDisposable
{
    /// <summary>A clock command is only as right as it is fresh.</summary>
    internal static readonly TimeSpan LongestClockLifetime = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(30);

    private readonly DeviceRegistry registry;
    private readonly DeviceDatabase database;
    private readonly ServerKey key;
    private readonly DeviceOptions options;
    private readonly TimeProvider time;
    private readonly WaitingIndex waiting;
    private readonly Meter meter = new(DeviceRegistry.MeterName);
    private readonly Counter<long> enqueued;
    private readonly Counter<long> full;
    private readonly Counter<long> ended;

    internal DownlinkQueue(DeviceRegistry registry, DeviceDatabase database, ServerKey key, DeviceOptions options, TimeProvider time)
    {
        this.registry = registry;
        this.database = database;
        this.key = key;
        this.options = options;
        this.time = time;
        waiting = new WaitingIndex(database);
        enqueued = meter.CreateCounter<long>("smartcity.downlink.commands", "{command}", "Commands put into the queue");
        full = meter.CreateCounter<long>("smartcity.downlink.full", "{command}", "Commands refused because their device's queue was full");
        ended = meter.CreateCounter<long>("smartcity.downlink.ended", "{command}", "Commands that were answered, expired or were cancelled, by state");
    }

    /// <summary>
    /// A command waits for that device: given in this process, or in another one within <see cref="DeviceOptions.RefreshMilliseconds"/>.
    /// On any thread; handlers must be quick. Who listens asks <see cref="HasWaiting"/> once for what was there before.
    /// </summary>
    public event Action<ulong>? Rang;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Whether commands of that device wait, or left and were not acknowledged. 0 B, no lock.</summary>
    public bool HasWaiting(ulong device) => waiting.Has(device);

    /// <summary>Devices of which commands wait, or left and were not acknowledged.</summary>
    public IReadOnlyCollection<ulong> WaitingDevices() => waiting.Devices();

    /// <summary>The device was heard: what waits for it is worth an attempt. 0 B and no lock where nothing does.</summary>
    public void RingIfWaiting(ulong device)
    {
        if (waiting.Has(device)) Rang?.Invoke(device);
    }

    /// <summary>Puts a command into the device's queue, gives it the device's next command id and rings.</summary>
    /// <param name="lifetime">1 s to 30 days, of a clock command 60 s; null: the option's, of a clock command 30 s.</param>
    /// <param name="actor">Who gives it.</param>
    /// <exception cref="DeviceNotFoundException">The device is not provisioned.</exception>
    /// <exception cref="DeviceConflictException">The device is retired, or its queue is full.</exception>
    /// <exception cref="DeviceInputException">The lifetime is outside its limits.</exception>
    public async Task<QueuedCommand> EnqueueAsync(
        ulong device, DeviceCommand command, TimeSpan? lifetime, string actor, CancellationToken cancellation)
    {
        var lasts = LifetimeOf(command, lifetime);
        waiting.Load();
        var queued = await registry.WriteAsync(actor, write => AddAsync(write, device, command, lasts, actor, cancellation), cancellation)
            .ConfigureAwait(false);
        enqueued.Add(1);
        Ring();
        return queued;
    }

    /// <summary>Commands to give out: in the order of their numbers, none that expired, was delivered or cancelled.</summary>
    /// <param name="afterNumber">Only those of a higher number; 0: from the first.</param>
    public Task<IReadOnlyList<QueuedCommand>> WaitingAsync(ulong device, long afterNumber, int limit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var connection = database.Open();
        return Task.FromResult<IReadOnlyList<QueuedCommand>>(DownlinkTable.ReadOpen(connection, device, afterNumber, limit, Now));
    }

    /// <summary>Commands of a device, the newest first.</summary>
    /// <param name="before">Only those of a lower number, to read on; null: from the newest.</param>
    public Task<IReadOnlyList<CommandRecord>> ListAsync(ulong device, long? before, int limit, CancellationToken cancellation) =>
        registry.ReadAsync<IReadOnlyList<CommandRecord>>(
            async context =>
            {
                var id = DeviceId.Format(device);
                var rows = await context.Commands.AsNoTracking()
                    .Where(row => row.Device == id && (before == null || row.Number < before))
                    .OrderByDescending(row => row.Number).Take(limit)
                    .ToListAsync(cancellation).ConfigureAwait(false);
                return [.. rows.Select(row => RecordOf(device, row))];
            },
            cancellation);

    /// <summary>Takes a command out of the queue: it is not given out again. One that left already may still be carried out.</summary>
    /// <exception cref="CommandNotFoundException">The device has no command of that number.</exception>
    /// <exception cref="DeviceConflictException">It was delivered, or has ended.</exception>
    public async Task CancelAsync(ulong device, long number, string actor, CancellationToken cancellation)
    {
        await registry.WriteAsync(
            actor,
            async write =>
            {
                var id = DeviceId.Format(device);
                var row = await write.Context.Commands.SingleOrDefaultAsync(each => each.Number == number && each.Device == id, cancellation)
                    .ConfigureAwait(false) ?? throw new CommandNotFoundException(device, number);
                if (!IsOpen(row.State))
                {
                    throw new DeviceConflictException("number", $"command {number} of device {id} is {CommandStateText.Format(row.State)} already");
                }

                row.State = CommandState.Cancelled;
                row.EndedAt = write.Now;
                write.Audit.Add("command.cancel", AuditSubject.Device(device), json => json.WriteNumber("number", number));
                return row;
            },
            cancellation).ConfigureAwait(false);
        CountEnded(CommandState.Cancelled);
        waiting.Recount([device]);
    }

    public void Dispose() => meter.Dispose();

    /// <summary>Rings for what is new in the table, whoever wrote it.</summary>
    internal void Ring()
    {
        foreach (var device in waiting.TakeNew()) Rang?.Invoke(device);
    }

    private static bool IsOpen(CommandState state) => state is CommandState.Waiting or CommandState.Sent;

    private static CommandRecord RecordOf(ulong device, CommandRow row) => new(
        row.Number, device, (uint)row.CommandId, row.Frame, row.State, row.Actor, row.CreatedAt, row.ExpiresAt, row.SentAt, row.DeliveredAt, row.EndedAt, row.Detail);

    private void CountEnded(CommandState state) => ended.Add(1, new KeyValuePair<string, object?>("state", CommandStateText.Format(state)));

    private TimeSpan LifetimeOf(DeviceCommand command, TimeSpan? asked)
    {
        var isClock = command.Kind == CommandKind.SetClock;
        var longest = isClock ? LongestClockLifetime : LongestLifetime;
        var lifetime = asked ?? (isClock ? longest / 2 : TimeSpan.FromSeconds(options.CommandLifetimeSeconds));
        return lifetime >= TimeSpan.FromSeconds(1) && lifetime <= longest
            ? lifetime
            : throw new DeviceInputException("lifetimeSeconds", $"lifetimeSeconds of {CommandName.Of(command.Kind)} must be 1 to {longest.TotalSeconds:0}");
    }

    private async Task<QueuedCommand> AddAsync(
        RegistryWrite write, ulong device, DeviceCommand command, TimeSpan lifetime, string actor, CancellationToken cancellation)
    {
        var row = await DeviceRegistry.DemandAsync(write, device, cancellation).ConfigureAwait(false);
        var open = await write.Context.Commands
            .CountAsync(each => each.Device == row.Id && (each.State == CommandState.Waiting || each.State == CommandState.Sent) && each.ExpiresAt > write.Now, cancellation)
            .ConfigureAwait(false);
        if (open >= options.CommandsWaitingPerDevice)
        {
            full.Add(1);
            throw new DeviceConflictException("command", $"{open} commands wait for device {row.Id} already, the most that it may have: cancel some, or wait until it takes them");
        }

        var newest = await write.Context.Commands.Where(each => each.Device == row.Id).MaxAsync(each => (long?)each.CommandId, cancellation).ConfigureAwait(false);
        // Ids start at the second of the day they are given: they go on growing when the database comes from an old backup.
        var commandId = (uint)Math.Max((newest ?? 0) + 1, write.Now / 1000);
        var expires = write.Now + (long)lifetime.TotalMilliseconds;
        var frame = FrameOf(new CommandHeader(commandId, device, expires), command);
        var number = write.Rows.Add(new CommandRow
        {
            Device = row.Id,
            CommandId = commandId,
            Kind = CommandName.Of(command.Kind),
            Frame = frame,
            State = CommandState.Waiting,
            Actor = actor,
            CreatedAt = write.Now,
            ExpiresAt = expires,
        });
        write.Audit.Add("command.enqueue", AuditSubject.Device(device), json =>
        {
            json.WriteNumber("number", number);
            json.WriteString("command", CommandName.Of(command.Kind));
            if (!command.Arguments.IsEmpty) json.WriteString("arguments", Convert.ToHexStringLower(command.Arguments));
            json.WriteNumber("expiresAt", expires);
        });
        return new QueuedCommand(number, device, commandId, frame, DateTimeOffset.FromUnixTimeMilliseconds(expires), WasSent: false);
    }

    private byte[] FrameOf(in CommandHeader header, DeviceCommand command)
    {
        Span<byte> commandKey = stackalloc byte[ServerKey.HashLength];
        key.WriteCommandKey(header.Device, commandKey);
        var frame = new byte[CommandEncoder.LengthOf(command, tagged: true)];
        CommandEncoder.TryEncode(header, command, commandKey, frame, out _);
        return frame;
    }
}
