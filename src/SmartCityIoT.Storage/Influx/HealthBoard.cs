using Microsoft.Extensions.Logging;

namespace SmartCityIoT.Storage.Influx;

/// <summary>The store's health, as its writes find it. Says each change once in the log, however often it is confirmed.</summary>
internal sealed class HealthBoard(TimeProvider time, ILogger logger, string description)
{
    private readonly Lock gate = new();
    private volatile StoreHealth current = new(true, time.GetUtcNow().ToUnixTimeMilliseconds());
    private volatile string? warning;
    private long warnedAt;

    /// <summary>How long a warning stands that nothing repeats: devices that report once an hour must not make it come and go.</summary>
    public static readonly TimeSpan WarningStands = TimeSpan.FromHours(2);

    public StoreHealth Current
    {
        get
        {
            var stands = warning is not null && time.GetUtcNow().ToUnixTimeMilliseconds() - Volatile.Read(ref warnedAt) < (long)WarningStands.TotalMilliseconds;
            return stands ? current with { Warning = warning } : current;
        }
    }

    /// <summary>Something is not taken although the store is up.</summary>
    public void Warn(string what)
    {
        Volatile.Write(ref warnedAt, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (warning == what) return;
        warning = what;
        InfluxLog.Warning(logger, description, what);
    }

    public void Up()
    {
        if (current.IsUp) return;
        lock (gate)
        {
            if (current.IsUp) return;
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            InfluxLog.Up(logger, description, (now - current.Since) / 1000);
            current = new StoreHealth(true, now);
        }
    }

    public void Down(string error, string? remedy)
    {
        lock (gate)
        {
            if (current.IsUp || current.Remedy != remedy) InfluxLog.Down(logger, description, error, remedy ?? "It is tried again by itself.");
            current = new StoreHealth(false, current.IsUp ? time.GetUtcNow().ToUnixTimeMilliseconds() : current.Since, error, remedy);
        }
    }
}
