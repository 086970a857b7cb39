using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;

namespace SmartCityIoT.Devices.Database;

/// <summary>
/// Makes contexts of <c>devices.db</c>. Entity Framework is loaded for the first of them and not before: a process whose file is up to date reads it with plain
/// SQL, and is spared 11 MB until somebody changes the registry.
/// </summary>
internal sealed class ContextFactory(DeviceDatabase database, ILoggerFactory logs)
{
    // An object, since the field's own type would load what is put off here.
    private object? options;

    /// <summary>Whether there was a context.</summary>
    public bool IsUsed => Volatile.Read(ref options) is not null;

    public DevicesContext Create() => new((DbContextOptions<DevicesContext>)LazyInitializer.EnsureInitialized(ref options, Options));

    private DbContextOptions<DevicesContext> Options() => new DbContextOptionsBuilder<DevicesContext>()
        .UseSqlite(database.ConnectionString)
        .UseLoggerFactory(logs)
        // Compares the whole model at each migration, 150 ms of a start, for what a test holds true once.
        .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning))
        .Options;
}
