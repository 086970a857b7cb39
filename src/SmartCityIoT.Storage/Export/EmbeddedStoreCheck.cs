using DuckDB.NET.Data;
using SmartCityIoT.Storage.Embedded;

namespace SmartCityIoT.Storage.Export;

/// <summary>
/// Looks whether an embedded store can be opened by this process, and says in one line why it cannot. The store itself waits and tries again, and sets
/// damage aside, which is right for a platform and not for a command.
/// </summary>
public static class EmbeddedStoreCheck
{
    /// <exception cref="StoreCopyException">It cannot be opened.</exception>
    public static async Task RunAsync(string path, TimeProvider time, bool mustExist)
    {
        if (!File.Exists(path))
        {
            if (mustExist) throw new StoreCopyException($"there is no store {path}: name the data directory of a platform, in which it is store/telemetry.duckdb");
            return;
        }

        try
        {
            var open = await Task.Run(() => StoreFile.Open(path, new EmbeddedOptions(), time.GetUtcNow().ToUnixTimeMilliseconds())).ConfigureAwait(false);
            await open.CloseAsync().ConfigureAwait(false);
        }
        catch (DuckDBException held) when (held.Message.Contains("lock on file", StringComparison.OrdinalIgnoreCase))
        {
            throw new StoreCopyException($"the store {path} is held by a running platform: stop it, copy, and start it again", held);
        }
        catch (Exception failed) when (failed is DuckDBException or InvalidDataException or StoreVersionException)
        {
            throw new StoreCopyException($"the store {path} cannot be opened: {StoreOpener.OneLine(failed)}", failed);
        }
    }
}
