using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Devices.Database;

/// <summary>The file <c>devices.db</c>: where it is, how it is opened, and that its schema is the newest.</summary>
internal sealed class DeviceDatabase
{
    public const string FileName = "devices.db";

    private readonly string folder;

    /// <summary>Those of the folder <c>Migrations</c>, in their order. Written down, since asking Entity Framework would load it; a test holds it true.</summary>
    public static IReadOnlyList<string> KnownMigrations { get; } =
        ["20261123200433_CreateRegistry", "20261125041159_AddGateways", "20261125043117_AddCommands"];

    public DeviceDatabase(string dataDirectory)
    {
        folder = Path.GetFullPath(dataDirectory);
        DatabasePath = Path.Combine(folder, FileName);
        var builder = new SqliteConnectionStringBuilder
        {
            DataSource = DatabasePath,
            ForeignKeys = true,
            DefaultTimeout = 10, // seconds that a write waits for that of another process
        };
        ConnectionString = builder.ToString();
        builder.Pooling = false;
        UnpooledConnectionString = builder.ToString();
    }

    public string DatabasePath { get; }

    public string ConnectionString { get; }

    /// <summary>For a connection that is held for as long as the process lives and then really closed.</summary>
    public string UnpooledConnectionString { get; }

    /// <summary>Makes the folder and the file where they are missing, and brings the schema up to date.</summary>
    /// <exception cref="DevicesUnavailableException">The file belongs to a newer version of the program.</exception>
    public async Task MigrateAsync(ContextFactory contexts, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        // Entity Framework takes a good part of a second to warm up, which a start with an up-to-date file need not wait for.
        if (await IsUpToDateAsync(cancellation).ConfigureAwait(false)) return;

        var context = contexts.Create();
        await using (context.ConfigureAwait(false))
        {
            await context.Database.MigrateAsync(cancellation).ConfigureAwait(false);
            await context.Database.ExecuteSqlAsync($"PRAGMA journal_mode = WAL", cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>A connection out of those that are kept open.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        return connection;
    }

    /// <summary>Closes the connections that are kept open, so that the write-ahead log is folded into the file.</summary>
    public void Close()
    {
        using var connection = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(connection);
    }

    private async Task<bool> IsUpToDateAsync(CancellationToken cancellation)
    {
        if (!File.Exists(DatabasePath)) return false;
        var connection = new SqliteConnection(ConnectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(cancellation).ConfigureAwait(false);
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT 1 FROM sqlite_schema WHERE name = '__EFMigrationsHistory'";
            if (await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false) is null) return false;

            command.CommandText = "SELECT \"MigrationId\" FROM \"__EFMigrationsHistory\"";
            var applied = new HashSet<string>(StringComparer.Ordinal);
            using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false)) applied.Add(reader.GetString(0));

            if (!applied.IsSubsetOf(KnownMigrations))
            {
                throw new DevicesUnavailableException($"the device registry {DatabasePath} was written by a newer version of this program");
            }

            return applied.SetEquals(KnownMigrations);
        }
    }
}
