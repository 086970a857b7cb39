using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using SmartCityIoT.Devices.Database;

namespace SmartCityIoT.Devices.Provisioning;

/// <summary>How this room reads and writes its file: one write at a time.</summary>
public sealed partial class DeviceRegistry
{
    /// <summary>One write with its audit rows, in one transaction; the directory has it in it when this returns.</summary>
    internal async Task<T> WriteAsync<T>(string actor, Func<RegistryWrite, Task<T>> change, CancellationToken cancellation)
    {
        InputRules.Name("actor", actor);
        await writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var context = contexts.Create();
            await using (context.ConfigureAwait(false))
            {
                var transaction = await context.Database.BeginTransactionAsync(cancellation).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    var now = Now;
                    using var rows = new RowInserts((SqliteConnection)context.Database.GetDbConnection(), (SqliteTransaction)transaction.GetDbTransaction());
                    var write = new RegistryWrite(context, rows, new AuditTrail(rows, actor, now), now);
                    var result = await change(write).ConfigureAwait(false);
                    await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
                    await transaction.CommitAsync(cancellation).ConfigureAwait(false);
                    ShowWrite();
                    return result;
                }
            }
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>One transaction on rows that are observations and no writes of anybody: no actor, no audit row.</summary>
    internal async Task<T> WriteRowsAsync<T>(Func<SqliteConnection, T> change, CancellationToken cancellation)
    {
        await writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var connection = database.Open();
            using var transaction = connection.BeginTransaction();
            var result = change(connection);
            transaction.Commit();
            return result;
        }
        finally
        {
            writing.Release();
        }
    }

    internal async Task<T> ReadAsync<T>(Func<DevicesContext, Task<T>> read, CancellationToken cancellation)
    {
        var context = contexts.Create();
        await using (context.ConfigureAwait(false)) return await read(context).ConfigureAwait(false);
    }
}
