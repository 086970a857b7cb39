using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SmartCityIoT.Storage.Embedded;

namespace SmartCityIoT.Storage.Export;

/// <summary>
/// Keeps a copy's state and refused rows in two files, <c>copy-….json</c> and <c>copy-….refused.jsonl</c>, named by what is copied. Held by one
/// process at a time.
/// </summary>
public sealed class CopyRecord : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, IgnoreReadOnlyProperties = true };

    private readonly string path;
    private readonly FileStream refused;

    private CopyRecord(string path, FileStream refused, CopyState state)
    {
        this.path = path;
        this.refused = refused;
        State = state;
    }

    public CopyState State { get; private set; }

    /// <summary>File of the state. Without it the copy starts anew.</summary>
    public string Path => path;

    /// <summary>One JSON object per line: the row as it was offered, and the store's words.</summary>
    public string RefusedPath => refused.Name;

    /// <param name="folder">Where the files are kept; created where it is missing.</param>
    /// <param name="from">Names the source.</param>
    /// <param name="to">Names the destination.</param>
    /// <exception cref="StoreCopyException">Another process does the same copy, or the file is damaged.</exception>
    public static CopyRecord Open(string folder, string from, string to, RangeQuestion question)
    {
        Directory.CreateDirectory(folder);
        var identity = FormattableString.Invariant($"{from}\n{to}\n{question.From}\n{question.To}\n{question.Sector}");
        var name = "copy-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..12];
        var path = System.IO.Path.Combine(folder, name + ".json");
        FileStream refused;
        try
        {
            refused = new FileStream(System.IO.Path.Combine(folder, name + ".refused.jsonl"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException held)
        {
            throw new StoreCopyException($"the same copy is under way already, or its files cannot be written: {held.Message}", held);
        }

        try
        {
            return new CopyRecord(path, refused, Read(path));
        }
        catch
        {
            refused.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Settles what an interrupted run left open: whether its last flush is in the destination, and that no refused row is kept twice. A destination
    /// that is not the one that was copied to, or lost rows since, gets everything anew.
    /// </summary>
    internal void Settle(StoreCursor? held)
    {
        var state = State;
        if (state.Intent is { } intent && held is not null)
        {
            if (held.Generation != intent.Generation || held.NextOrder < intent.Order) state = new CopyState();
            else if (held.Position == intent.Position && held.NextOrder == intent.Order + intent.Rows) state = state with { Done = intent.Last };
        }

        refused.SetLength(state.RefusedBytes);
        refused.Seek(0, SeekOrigin.End);
        Save(state);
    }

    internal void Intend(CopyIntent intent) => Save(State with { Intent = intent });

    internal void Finish(PointKey last, IReadOnlyList<RefusedPoint> rows, IReadOnlyList<RowCount> repeated)
    {
        foreach (var row in rows)
        {
            refused.Write(JsonSerializer.SerializeToUtf8Bytes(row));
            refused.WriteByte((byte)'\n');
        }

        refused.Flush(flushToDisk: rows.Count > 0);
        Save(State with { Done = last, Refused = State.Refused + rows.Count, RefusedBytes = refused.Length, Repeated = repeated });
    }

    public void Dispose()
    {
        if (!refused.CanRead) return;
        var isEmpty = refused.Length == 0;
        refused.Dispose();
        if (isEmpty) File.Delete(refused.Name);
    }

    private static CopyState Read(string path)
    {
        if (!File.Exists(path)) return new CopyState();
        try
        {
            return JsonSerializer.Deserialize<CopyState>(File.ReadAllBytes(path), Json) ?? new CopyState();
        }
        catch (JsonException damaged)
        {
            throw new StoreCopyException($"the record {path} of the copy is damaged: delete it, and everything is copied again", damaged);
        }
    }

    private void Save(CopyState state)
    {
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(state, Json));
        File.Move(path + ".new", path, overwrite: true);
        State = state;
    }
}
