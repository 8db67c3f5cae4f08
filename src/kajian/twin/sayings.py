"""Invented sentences of the twin's interviews; nobody ever said any of them."""

from __future__ import annotations

OPENINGS = {
    "warga": (
        "Seorang warga bercerita bahwa",
        "Menurut seorang warga,",
        "Seorang warga lain menambahkan bahwa",
    ),
    "ketua_rt_rw": (
        "Ketua RT mencatat bahwa",
        "Menurut ketua RW,",
        "Pengurus RT menyampaikan bahwa",
    ),
    "kader": (
        "Seorang kader menyampaikan bahwa",
        "Menurut seorang kader posyandu,",
        "Kader PKK mencatat bahwa",
    ),
    "lurah": (
        "Pihak kelurahan menjelaskan bahwa",
        "Menurut perangkat kelurahan,",
        "Kelurahan mencatat bahwa",
    ),
    "pendamping": (
        "Seorang pendamping mengamati bahwa",
        "Menurut pendamping sosial,",
        "Pendamping yang lain melihat bahwa",
    ),
    "opd": (
        "Petugas perangkat daerah melaporkan bahwa",
        "Menurut petugas dinas,",
        "Pegawai dinas menerangkan bahwa",
    ),
}
FURTHER = "Disinggung pula bahwa"

# What is said of each theme, and how a researcher would put it in words of his own.
SAYINGS = {
    "pendapatan": (
        (
            "penghasilan keluarga naik turun mengikuti ramainya pasar.",
            "Pendapatan yang mengikuti ramai sepinya pasar sulit dijadikan pegangan.",
        ),
        (
            "uang belanja sering habis sebelum akhir bulan.",
            "Belanja pokok kerap melampaui uang yang tersedia pada pekan terakhir.",
        ),
        (
            "harga bahan pokok naik lebih cepat daripada upah.",
            "Upah dirasakan tertinggal dari kenaikan harga kebutuhan pokok.",
        ),
        (
            "tabungan keluarga dipakai untuk membayar utang warung.",
            "Tabungan terpakai untuk melunasi utang belanja harian.",
        ),
        (
            "upah harian berkurang ketika pesanan sepi.",
            "Berkurangnya pesanan langsung menurunkan upah pekerja harian.",
        ),
        (
            "kebutuhan hari raya dibayar dengan pinjaman.",
            "Pengeluaran musiman ditutup dengan pinjaman.",
        ),
    ),
    "pekerjaan": (
        (
            "lowongan di sekitar rumah lebih banyak yang bersifat harian.",
            "Kerja yang tersedia di dekat rumah umumnya tidak tetap.",
        ),
        (
            "pelatihan menjahit membantu beberapa orang mendapat pesanan.",
            "Pelatihan keterampilan membuka pesanan baru bagi sebagian peserta.",
        ),
        (
            "pesanan usaha rumahan berkurang sejak awal tahun.",
            "Usaha rumahan menghadapi permintaan yang melemah.",
        ),
        (
            "pencari kerja muda memerlukan informasi lowongan yang jelas.",
            "Kabar lowongan belum sampai kepada pencari kerja muda.",
        ),
        (
            "pekerja harian belum terdaftar pada jaminan kecelakaan kerja.",
            "Perlindungan kecelakaan kerja belum menjangkau pekerja harian.",
        ),
        (
            "modal usaha kecil sulit didapat tanpa agunan.",
            "Syarat agunan membatasi usaha kecil untuk mendapat modal.",
        ),
    ),
    "pendidikan": (
        (
            "biaya seragam dan buku memberatkan pada awal tahun ajaran.",
            "Awal tahun ajaran menjadi masa yang berat karena biaya perlengkapan sekolah.",
        ),
        (
            "beberapa anak berhenti sekolah untuk membantu orang tua bekerja.",
            "Kebutuhan keluarga mendorong sebagian remaja bekerja sebelum tamat.",
        ),
        (
            "jarak ke sekolah menengah dirasakan jauh tanpa angkutan umum.",
            "Ketiadaan angkutan membuat sekolah menengah sulit dijangkau.",
        ),
        (
            "kelompok belajar sore hari membuat anak lebih rajin membaca.",
            "Kegiatan belajar bersama membantu minat baca anak.",
        ),
        (
            "anak yang sudah lama tidak bersekolah sungkan kembali ke kelas.",
            "Kembali bersekolah setelah lama berhenti memerlukan pendampingan.",
        ),
        (
            "beasiswa diketahui setelah masa pendaftarannya lewat.",
            "Informasi beasiswa terlambat diterima keluarga.",
        ),
    ),
    "kesehatan": (
        (
            "antrean di puskesmas panjang pada hari Senin.",
            "Layanan puskesmas paling padat pada awal pekan.",
        ),
        (
            "kartu jaminan kesehatan sebagian anggota keluarga tidak aktif.",
            "Kepesertaan jaminan kesehatan dalam satu keluarga tidak selalu seragam.",
        ),
        (
            "posyandu lansia berjalan rutin setiap bulan.",
            "Pemeriksaan lansia di posyandu sudah berjalan teratur.",
        ),
        (
            "obat penyakit menahun kadang harus dibeli sendiri.",
            "Pengobatan penyakit menahun masih menimbulkan biaya dari kantong keluarga.",
        ),
        (
            "biaya menunggu pasien di rumah sakit tidak ditanggung siapa pun.",
            "Biaya di luar pengobatan menjadi beban keluarga pasien.",
        ),
        (
            "penonaktifan jaminan kesehatan baru diketahui saat berobat.",
            "Perubahan status jaminan kesehatan belum diberitahukan sebelumnya.",
        ),
    ),
    "hunian": (
        (
            "atap rumah bocor dan belum ada biaya untuk memperbaikinya.",
            "Perbaikan atap tertunda karena biaya.",
        ),
        (
            "satu rumah kecil dihuni tiga keluarga.",
            "Beberapa keluarga berbagi satu rumah yang sempit.",
        ),
        (
            "sewa kamar naik setiap tahun.",
            "Kenaikan sewa menekan anggaran keluarga penyewa.",
        ),
        (
            "status tanah menghambat pengajuan perbaikan rumah.",
            "Bantuan perbaikan rumah terhambat surat tanah.",
        ),
        (
            "lantai rumah tergenang setiap kali hujan lebat.",
            "Genangan berulang merusak bagian rumah.",
        ),
        (
            "perabot dipindahkan ke tempat tinggi menjelang musim hujan.",
            "Keluarga sudah menyiapkan rumah menghadapi genangan musiman.",
        ),
    ),
    "sanitasi_air": (
        (
            "air sumur berbau pada musim kemarau.",
            "Mutu air sumur menurun pada musim kemarau.",
        ),
        (
            "jamban bersama perlu dikuras lebih sering.",
            "Jamban bersama memerlukan pengurasan yang lebih teratur.",
        ),
        (
            "saluran di depan rumah tersumbat ketika hujan deras.",
            "Saluran lingkungan belum mampu menampung hujan deras.",
        ),
        (
            "sambungan air pipa mengalir lancar pada malam hari.",
            "Aliran air pipa lebih baik pada malam hari.",
        ),
        (
            "tangki septik berada terlalu dekat dengan sumur.",
            "Lahan sempit membuat jarak sumur dan tangki septik kurang aman.",
        ),
        (
            "biaya sambungan air pipa dirasakan berat bila dibayar sekaligus.",
            "Pembayaran bertahap akan memudahkan sambungan air pipa.",
        ),
    ),
    "bantuan_sosial": (
        (
            "data penerima bantuan belum diperbarui sejak dua tahun lalu.",
            "Data penerima tertinggal dari keadaan keluarga sekarang.",
        ),
        (
            "bantuan pangan diterima tepat waktu.",
            "Penyaluran bantuan pangan berjalan sesuai jadwal.",
        ),
        (
            "keluarga yang sudah mampu masih tercantum sebagai penerima.",
            "Daftar penerima belum mengikuti perubahan keadaan keluarga.",
        ),
        (
            "cara mengajukan sanggahan belum banyak diketahui.",
            "Jalur sanggahan perlu dikenalkan lebih luas.",
        ),
        (
            "keluarga yang memenuhi syarat belum pernah didata.",
            "Pendataan belum menjangkau semua keluarga yang memenuhi syarat.",
        ),
        (
            "penghentian bantuan diketahui ketika kartu tidak dapat dipakai.",
            "Penghentian bantuan belum didahului pemberitahuan.",
        ),
    ),
    "kelembagaan": (
        (
            "musyawarah kelurahan dihadiri lebih banyak orang daripada tahun lalu.",
            "Kehadiran dalam musyawarah kelurahan bertambah.",
        ),
        (
            "usulan dari tingkat RW jarang mendapat kabar lanjutan.",
            "Pengusul memerlukan kabar tentang tindak lanjut usulannya.",
        ),
        (
            "kader bekerja tanpa pembagian tugas yang jelas.",
            "Pembagian tugas kader perlu ditegaskan.",
        ),
        (
            "koordinasi antardinas membaik setelah ada pertemuan rutin.",
            "Pertemuan rutin memperlancar kerja antardinas.",
        ),
        (
            "satu keluarga didatangi beberapa pendata dengan pertanyaan yang sama.",
            "Pendataan yang terpisah-pisah mengulang pertanyaan yang sama.",
        ),
        (
            "formulir antarlembaga belum memakai istilah yang sama.",
            "Istilah yang berbeda menyulitkan pertukaran data antarlembaga.",
        ),
    ),
    "keamanan": (
        (
            "ronda malam berjalan kembali dengan jadwal bergilir.",
            "Ronda bergilir kembali dijalankan.",
        ),
        (
            "lampu jalan yang padam membuat orang enggan keluar malam.",
            "Penerangan jalan memengaruhi rasa aman pada malam hari.",
        ),
        (
            "pencurian sepeda motor berkurang setelah portal dipasang.",
            "Portal lingkungan dirasakan mengurangi pencurian.",
        ),
        (
            "anak-anak bermain di jalan yang ramai kendaraan.",
            "Ruang bermain yang aman bagi anak masih terbatas.",
        ),
        (
            "pos ronda dipakai pula untuk penyuluhan bahaya narkoba.",
            "Pos ronda menjadi tempat penyuluhan pencegahan narkoba.",
        ),
        (
            "nomor aduan kota belum banyak dipakai pada malam hari.",
            "Saluran aduan malam hari perlu lebih dikenal.",
        ),
    ),
}
