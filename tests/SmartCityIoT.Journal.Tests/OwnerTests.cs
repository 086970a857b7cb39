namespace SmartCityIoT.Journal.Tests;

public sealed class OwnerTests : IDisposable
{
    private readonly JournalFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_second_owner_gets_one_line_with_the_first_one_s_process_id()
    {
        using JournalChild child = JournalChild.Start(folder.Directory);
        Assert.Equal("open", await child.ReadLineAsync());
        JournalUnavailableException refused = Assert.Throws<JournalUnavailableException>(() => folder.Open());
        Assert.Contains($"(pid {child.Id})", refused.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Directory, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);

        // The lock goes with its process, however that ends.
        await child.KillAsync();
        await using MessageJournal journal = folder.Open();
        Assert.True(journal.Head >= 0);
    }

    [Fact]
    public async Task A_second_journal_in_the_same_process_is_refused_until_the_first_is_closed()
    {
        MessageJournal journal = folder.Open();
        Assert.Throws<JournalUnavailableException>(() => folder.Open());
        await journal.DisposeAsync();
        await journal.DisposeAsync();
        await using MessageJournal again = folder.Open();
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told_in_one_line()
    {
        string file = Path.Combine(folder.Directory, "file");
        File.WriteAllText(file, "");
        JournalUnavailableException refused = Assert.Throws<JournalUnavailableException>(
            () => folder.Open(_ => new JournalOptions { Directory = Path.Combine(file, "journal") }));
        Assert.Contains("cannot be written", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void A_folder_without_the_right_to_write_is_told_in_one_line()
    {
        // Even root cannot make a file here.
        Assert.SkipUnless(Directory.Exists("/proc/self"), "needs /proc");
        JournalUnavailableException refused = Assert.Throws<JournalUnavailableException>(() => folder.Open(_ => new JournalOptions { Directory = "/proc/self" }));
        Assert.Contains("cannot be written", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public async Task A_folder_in_the_place_of_the_file_is_told_in_one_line()
    {
        Directory.CreateDirectory(folder.First);
        JournalUnavailableException refused = Assert.Throws<JournalUnavailableException>(() => folder.Open());
        Assert.Contains(folder.First, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);

        // Nothing is held after a failed opening.
        Directory.Delete(folder.First);
        await folder.Open().DisposeAsync();
    }

    [Fact]
    public void An_option_out_of_range_is_named()
    {
        JournalUnavailableException refused = Assert.Throws<JournalUnavailableException>(
            () => folder.Open(_ => new JournalOptions { Directory = folder.Directory, GatherMilliseconds = -1 }));
        Assert.Contains("GatherMilliseconds", refused.Message, StringComparison.Ordinal);
    }
}
